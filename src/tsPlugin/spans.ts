import type ts from 'typescript';

/* Filters or moves results that TypeScript reports in the text appended to cells, which users do not see. */

/** Length of a cell's own text; undefined for any other file. */
export type OwnLength = (file: string) => number | undefined;

/** Whether a span begins in a file's own text. */
export function isOwn(ownLength: OwnLength, file: string, { start }: ts.TextSpan): boolean {
  const length = ownLength(file);
  return length === undefined || start < length || (start === length && length === 0);
}

/** Diagnostics within the cell; excludes assignments to imports, since cells may share variables. */
export function ownDiagnostics<T extends ts.Diagnostic>(found: readonly T[], length: number): T[] {
  return found.filter(
    ({ start, code }) => (start === undefined || start < length) && code !== ASSIGNED,
  );
}

/** "Cannot assign to 'x' because it is an import." */
const ASSIGNED = 2632;

/** Changes of texts; an import that would be added after a cell's text is added before it. */
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
  // Drops replacements in the appended text.
  if (span.length > 0) return [];
  return [{ span: { start: 0, length: 0 }, newText: `${newText.trim()}\n` }];
}
