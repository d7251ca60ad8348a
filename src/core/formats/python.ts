import { show } from '../errors';
import { describe, type PickleKey } from './pickleValues';

/*
 * Lines of Python that convert a file that cannot be imported. Error messages include them as a fix, so they
 * name the user's own file and work as they are.
 */

/** What a file is read for, which determines its conversion. */
export interface Purpose {
  /** The file's path in messages and lines of Python. */
  readonly file: string;
  /** A tuple (X, Y), or a network's state dict. */
  readonly holds: 'data' | 'parameters';
}

/** A text as a Python string literal. */
export function literal(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}

/** Name of the converted file, beside the original. */
function convertedName(file: string): string {
  return `${file.replace(/\.\w{1,11}$/, '')}-converted.pth`;
}

/** `torch.save` of an expression to a file beside the original. */
export function saving(expression: string, { file }: Purpose): string {
  return `torch.save(${expression}, ${literal(convertedName(file))})`;
}

/** `torch.load` of the user's file. @param trusted whether to create its objects, which may run code */
export function loading({ file }: Purpose, trusted: boolean): string {
  return `torch.load(${literal(file)}${trusted ? ', weights_only=False' : ''})`;
}

/** A sentence with a line of Python; warns if the line runs code from the file. */
export function inPython(line: string, hint = ''): string {
  const runsCode = /weights_only=False|pickle\.load|allow_pickle=True/.test(line);
  const warning = runsCode
    ? ' (this runs code that the file may hold: only for one you trust)'
    : '';
  return `In Python${hint}${warning}: ${line}`;
}

/** Python subscripts of a path. */
export function subscripts(path: readonly PickleKey[]): string {
  return path.map((key) => `[${typeof key === 'string' ? literal(key) : describe(key)}]`).join('');
}

/** The required content of a file, where no line of Python can convert it. */
export const EXPECTED: Readonly<Record<Purpose['holds'], string>> = {
  data: 'Expected a file of torch.save((X, Y), …): X [samples, inputs], Y [samples, outputs]',
  parameters: 'Expected a file of torch.save(model.state_dict(), …)',
};

/** Assumption of {@link savingColumns}, for messages. */
export const LAST_COLUMN = 'with the last column as the target';

/** Saves the columns of a matrix as (X, Y). */
export function savingColumns(matrix: string, purpose: Purpose): string {
  return saving(`(${matrix}[:, :-1].clone(), ${matrix}[:, -1:].clone())`, purpose);
}

/** Names as messages list them: the first six, and how many more. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 6).map((name) => show(name));
  const more = names.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
