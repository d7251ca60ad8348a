import type ts from 'typescript';

/*
 * What stands behind the text of a cell is nobody's: what TypeScript finds or wants to change there is
 * left out, or moved to where it is a user's.
 */

/** Length of a file's own text, if it is a cell's; undefined for any other file. */
export type OwnLength = (file: string) => number | undefined;

/** Whether a span is within a file's own text. */
export function isOwn(ownLength: OwnLength, file: string, { start }: ts.TextSpan): boolean {
  const length = ownLength(file);
  return length === undefined || start < length || (start === length && length === 0);
}

/** Diagnostics that are within the cell, and true: its variables may be assigned to by other cells. */
export function ownDiagnostics<T extends ts.Diagnostic>(found: readonly T[], length: number): T[] {
  return found.filter(
    ({ start, code }) => (start === undefined || start < length) && code !== ASSIGNED,
  );
}

/** "Cannot assign to 'x' because it is an import." */
const ASSIGNED = 2632;

/** Changes of texts; an import that would be added behind a cell is added before it. */
export function ownChanges(
  ownLength: OwnLength,
  changes: readonly ts.FileTextChanges[],
): ts.FileTextChanges[] {
  return changes.map((change) => {
    const length = ownLength(change.fileName);
    return length === undefined
      ? change
      : { ...change, textChanges: change.textChanges.flatMap((one) => ownChange(one, length)) };
  });
}

function ownChange(change: ts.TextChange, length: number): ts.TextChange[] {
  const { span, newText } = change;
  if (span.start + span.length <= length) return [change];
  // Something that is replaced or removed there is not the user's.
  if (span.length > 0) return [];
  return [{ span: { start: 0, length: 0 }, newText: `${newText.trim()}\n` }];
}
