import { invalid } from '../../core/errors';
import { excessOfText, excessOfValue } from '../../core/formats/json/bounds';
import { isObject } from '../../core/formats/headerValues';
import { fieldName } from '../../core/schemaFindings';
import { FILE_KINDS } from '../files/fileKinds';
import { readBytes } from '../files/files';
import { Turns } from '../files/turns';
import { unlessMissing } from './disk';

/** Room for the longest lists of a specification, its seeds and widths once more, and the warnings that are kept. */
const TEXT_BOUNDS = { values: 60_000, levels: 64 };
const VALUE_BOUNDS = { levels: 64, entries: 60_000, fields: 100 };
/** Lists up to this length may be wrong in every entry. */
const SHORT_LIST = 100;

/**
 * Reads the JSON of `run.json` or `started.json`. Folders from elsewhere are listed before they are trusted:
 * whatever is in the file, reading it never keeps others waiting.
 * @returns undefined where the file is missing
 * @throws LabError when it is damaged or cannot be read
 */
export async function readHeaderValue(file: string): Promise<unknown> {
  const bytes = await unlessMissing(readBytes(file, FILE_KINDS.header));
  if (bytes === undefined) return undefined;
  const turns = new Turns();
  const tooMuch = excessOfText(bytes, TEXT_BOUNDS);
  if (tooMuch !== undefined) throw invalid(`is damaged: ${tooMuch}`, { file });
  if (turns.over) await turns.next();
  let value: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (turns.over) await turns.next();
    value = JSON.parse(text);
  } catch {
    throw invalid('is damaged: it is not JSON', { file });
  }
  const excess = excessOfValue(value, VALUE_BOUNDS);
  if (excess) {
    throw invalid(`is damaged: ${excess.reason}`, { file, field: fieldName(excess.path) });
  }
  if (turns.over) await turns.next();
  return upToFirstFault(value);
}

/**
 * A value without the entries that follow a wrong one in its lists: a reader is told of the first fault of
 * a header, and a schema that finds all of a hundred thousand takes seconds.
 */
function upToFirstFault(value: unknown): unknown {
  if (Array.isArray(value)) {
    const wrong = value.length > SHORT_LIST ? value.findIndex((entry) => !isEntry(entry)) : -1;
    return wrong < 0 ? value : value.slice(0, wrong + 1);
  }
  if (!isObject(value)) return value;
  const parts = Object.entries(value).map(([name, part]) => [name, upToFirstFault(part)] as const);
  return Object.fromEntries(parts);
}

/** Whether this can be an entry of a long list: headers have them of numbers and of warnings. */
function isEntry(entry: unknown): boolean {
  return typeof entry === 'number' || (isObject(entry) && typeof entry.message === 'string');
}
