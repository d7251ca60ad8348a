import { invalid } from '../../core/errors';
import { isObject } from '../../core/formats/headerValues';
import { FILE_KINDS } from '../files/fileKinds';
import { readBytes } from '../files/files';
import { excessOf } from '../files/jsonBounds';
import { Turns } from '../files/turns';
import { unlessMissing } from './disk';

/** Those of the longest lists of a specification, its seeds and widths once more, and the warnings that are kept. */
const MOST_VALUES = 60_000;
/** Fields of one object. */
const MOST_FIELDS = 100;
/** A list that is no longer than this may be wrong in every entry. */
const SHORT_LIST = 100;

/**
 * Reads the JSON of `run.json` or `started.json`. Folders from elsewhere are listed before anybody trusts
 * them, so that it takes no longer at a time than others can wait, whatever is in the file.
 * @returns undefined where the file is missing
 * @throws LabError when it is damaged or cannot be read
 */
export async function readHeaderValue(file: string): Promise<unknown> {
  const bytes = await unlessMissing(readBytes(file, FILE_KINDS.header));
  if (bytes === undefined) return undefined;
  const turns = new Turns();
  const excess = excessOf(bytes, MOST_VALUES);
  if (excess !== undefined) throw invalid(`is damaged: ${excess}`, { file });
  if (turns.over) await turns.next();
  let value: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (turns.over) await turns.next();
    value = JSON.parse(text);
  } catch {
    throw invalid('is damaged: it is not JSON', { file });
  }
  const checked = upToFirstFault(value);
  if (checked.excess !== undefined) throw invalid(`is damaged: ${checked.excess}`, { file });
  if (turns.over) await turns.next();
  return checked.value;
}

/**
 * A value without the entries that follow a wrong one in its lists: whoever reads a header is told of its
 * first fault, and a checker that finds them all takes seconds for a hundred thousand.
 */
function upToFirstFault(value: unknown): { readonly value: unknown; readonly excess?: string } {
  if (Array.isArray(value)) {
    const wrong = value.length > SHORT_LIST ? value.findIndex((entry) => !isEntry(entry)) : -1;
    return { value: wrong < 0 ? value : value.slice(0, wrong + 1) };
  }
  if (!isObject(value)) return { value };
  const names = Object.keys(value);
  if (names.length > MOST_FIELDS) {
    return { value, excess: `an object in it has more than ${MOST_FIELDS} fields` };
  }
  const fields: [string, unknown][] = [];
  for (const name of names) {
    const field = upToFirstFault(value[name]);
    if (field.excess !== undefined) return field;
    fields.push([name, field.value]);
  }
  return { value: Object.fromEntries(fields) };
}

/** Whether this can be an entry of a long list: headers have them of numbers and of warnings. */
function isEntry(entry: unknown): boolean {
  return typeof entry === 'number' || (isObject(entry) && typeof entry.message === 'string');
}
