import { isRecord } from '../../core/isRecord';
import { counted } from '../../core/counted';
import type { z } from 'zod';
import { invalid, show } from '../../core/errors';
import { NUMBER_COLUMNS } from '../../core/experiment/metricsTable';
import { excessOfValue } from '../../core/formats/json/bounds';
import { checkValue, fieldName } from '../../core/schemaFindings';
import { OUTPUT_VERSION } from '../../protocol/outputs/common';

/** Largest allowed number of characters, four times that of outputs of the lab. */
const MAX_LENGTH = 16 * 2 ** 20;
/** Fields with columns and matrices of numbers: their lengths are checked when they are read. */
const COLUMNS: ReadonlySet<string | number> = new Set([
  ...NUMBER_COLUMNS,
  'values',
  'units',
  'mean',
  'null',
]);

/** Limits above any output of the lab. They bound the number of errors, which are collected per entry. */
const BOUNDS = { levels: 24, entries: 100_000, fields: 100_000, columns: COLUMNS };

/**
 * Reads an untrusted output: only fields of the schema are used.
 * @param text JSON
 * @throws LabError that names the field and its value
 */
export function readOutput<T extends z.ZodType>(text: string, schema: T): z.output<T> {
  if (text.length > MAX_LENGTH) {
    throw invalid(
      `is ${counted(text.length, 'character')} long; at most ${MAX_LENGTH} are allowed`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('is not JSON');
  }
  requireVersion(value);
  const excess = excessOfValue(value, BOUNDS);
  if (excess) throw invalid(excess.reason, { field: fieldName(excess.path) });
  const { data, findings } = checkValue(schema, value);
  if (!findings) return data;
  const [{ path, message }] = findings;
  throw invalid(message, { field: fieldName(path) });
}

function requireVersion(value: unknown): void {
  if (!isRecord(value)) throw invalid(`expected an object, not ${show(value)}`);
  const { version } = value;
  if (version === OUTPUT_VERSION) return;
  const newer = typeof version === 'number' && version > OUTPUT_VERSION;
  const advice = newer ? '; a newer version of the extension may support it' : '';
  throw invalid(`${show(version)} is not supported, only ${OUTPUT_VERSION}${advice}`, {
    field: 'version',
  });
}
