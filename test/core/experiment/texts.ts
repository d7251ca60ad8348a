import { checkSpecification } from '../../../src/core/experiment/parse';

/** The shortest experiment that is worth a file. */
export const TEN_LINES = `{
  "name": "Ten lines",
  "features": { "count": 16 },
  "data": { "inputs": 5 },
  "specimen": { "hidden": [64, 16, 16] }
}
`;

/** A text with some of it replaced; fails where there is nothing to replace. */
export function edited(
  text: string,
  ...edits: readonly (readonly [from: string, to: string])[]
): string {
  return edits.reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`${JSON.stringify(from)} is not in the text`);
    return result.replace(from, () => to);
  }, text);
}

/** `line:column field: message` of every problem. */
export function problemsOf(text: string): string[] {
  return checkSpecification(text).problems.map(
    ({ line, column, field, message }) => `${line}:${column} ${field && `${field}: `}${message}`,
  );
}

/** The problems of the ten lines after an edit. */
export function problemsAfter(...edits: readonly (readonly [string, string])[]): string[] {
  return problemsOf(edited(TEN_LINES, ...edits));
}
