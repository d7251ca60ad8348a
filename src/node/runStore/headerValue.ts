import { invalid } from '../../core/errors';
import { excessOfText, excessOfValue } from '../../core/formats/json/bounds';
import { isRecord } from '../../core/isRecord';
import { fieldName } from '../../core/schemaFindings';
import { FILE_KINDS } from '../files/fileKinds';
import { readBytes } from '../files/files';
import { TimeSlice } from '../files/eventLoop';
import { unlessMissing } from './disk';

/** Enough for the longest lists of a specification, a second copy of seeds and widths, and all warnings. */
const TEXT_BOUNDS = { values: 60_000, levels: 64 };
const VALUE_BOUNDS = { levels: 64, entries: 60_000, fields: 100 };
/** Lists up to this length are checked by the schema alone. */
const SHORT_LIST = 100;

/**
 * Reads the JSON of `run.json` or `started.json`. Folders from elsewhere are listed before they are
 * trusted, so reading never blocks the event loop for long, whatever the file holds.
 * @returns undefined if the file is missing
 * @throws LabError when it is damaged or cannot be read
 */
export async function readHeaderValue(file: string): Promise<unknown> {
  const bytes = await unlessMissing(readBytes(file, FILE_KINDS.header));
  if (bytes === undefined) return undefined;
  const slice = new TimeSlice();
  const tooMuch = excessOfText(bytes, TEXT_BOUNDS);
  if (tooMuch !== undefined) throw invalid(`is damaged: ${tooMuch}`, { file });
  if (slice.isOver) await slice.yieldToEventLoop();
  let value: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (slice.isOver) await slice.yieldToEventLoop();
    value = JSON.parse(text);
  } catch {
    throw invalid('is damaged: it is not JSON', { file });
  }
  const excess = excessOfValue(value, VALUE_BOUNDS);
  if (excess) {
    throw invalid(`is damaged: ${excess.reason}`, { file, field: fieldName(excess.path) });
  }
  if (slice.isOver) await slice.yieldToEventLoop();
  return upToFirstFault(value);
}

/**
 * Cuts long lists after their first wrong entry. Only the first fault is reported, and a schema takes
 * seconds to find a hundred thousand.
 */
function upToFirstFault(value: unknown): unknown {
  if (Array.isArray(value)) {
    const wrong = value.length > SHORT_LIST ? value.findIndex((entry) => !isEntry(entry)) : -1;
    return wrong < 0 ? value : value.slice(0, wrong + 1);
  }
  if (!isRecord(value)) return value;
  const parts = Object.entries(value).map(([name, part]) => [name, upToFirstFault(part)] as const);
  return Object.fromEntries(parts);
}

/** Whether this may be an entry of a long list: a number or a warning. */
function isEntry(entry: unknown): boolean {
  return typeof entry === 'number' || (isRecord(entry) && typeof entry.message === 'string');
}
