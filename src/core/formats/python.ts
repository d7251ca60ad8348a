import { show } from '../errors';
import { describe, type PickleKey } from './pickleValues';

/*
 * Lines of Python that make a file that can be imported of one that cannot. They are the way out that a
 * refusal gives, so they name the user's own file, and each works as it stands.
 */

/** What a file is wanted for: decides what a line of Python makes of it. */
export interface Purpose {
  /** The path that messages and lines of Python have. */
  readonly file: string;
  /** A tuple (X, Y), or a network's state dict. */
  readonly holds: 'data' | 'parameters';
}

/** A text as a Python string literal. */
export function literal(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}

/** Where a line of Python leaves what it made: beside the file, which stays as it is. */
function convertedName(file: string): string {
  return `${file.replace(/\.\w{1,11}$/, '')}-converted.pth`;
}

/** `torch.save` of an expression into a file beside the user's. */
export function saving(expression: string, { file }: Purpose): string {
  return `torch.save(${expression}, ${literal(convertedName(file))})`;
}

/** `torch.load` of the user's file. @param trusted whether its objects must be made, which runs code */
export function loading({ file }: Purpose, trusted: boolean): string {
  return `torch.load(${literal(file)}${trusted ? ', weights_only=False' : ''})`;
}

/** A sentence with a line of Python, which says when the line runs code that the file holds. */
export function inPython(line: string, hint = ''): string {
  const runsCode = /weights_only=False|pickle\.load|allow_pickle=True/.test(line);
  const warning = runsCode
    ? ' (this runs code that the file may hold: only for one you trust)'
    : '';
  return `In Python${hint}${warning}: ${line}`;
}

/** Subscripts that lead to a part of a value, as Python has them. */
export function subscripts(path: readonly PickleKey[]): string {
  return path.map((key) => `[${typeof key === 'string' ? literal(key) : describe(key)}]`).join('');
}

/** What is wanted of a file, where no line of Python is known that would make it. */
export const WANTED: Readonly<Record<Purpose['holds'], string>> = {
  data: 'A file of torch.save((X, Y), …) is wanted: X [samples, inputs], Y [samples, outputs]',
  parameters: 'A file of torch.save(model.state_dict(), …) is wanted',
};

/** What {@link savingColumns} takes for granted. */
export const LAST_COLUMN = 'with the last column as the target';

/** Saves the columns of a matrix as (X, Y). */
export function savingColumns(matrix: string, purpose: Purpose): string {
  return saving(`(${matrix}[:, :-1].clone(), ${matrix}[:, -1:].clone())`, purpose);
}

/** Names as messages list them: the first few, and how many more. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 6).map((name) => show(name));
  const more = names.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
