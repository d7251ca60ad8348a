import type { z } from 'zod';
import { invalid, show } from '../../core/errors';
import { checkValue, fieldName, type Path } from '../../core/schemaFindings';
import { OUTPUT_VERSION } from '../../protocol/outputs/common';

/** Longer than any output that should stand in a notebook, as text: those of the lab have a quarter. */
const LONGEST = 16 * 2 ** 20;
/** More entries than any list has that is no column of numbers. */
const MOST_ENTRIES = 100_000;
/** Deeper than any output. */
const DEEPEST = 24;
/** Where columns and matrices of numbers stand: how many they hold is looked at when they are read. */
const NUMBERS: ReadonlySet<string | number> = new Set([
  'values',
  'units',
  'epoch',
  'seed',
  'requested',
  'neuronRatio',
  'parameterRatio',
  'trainLoss',
  'testLoss',
  'r2',
  'mean',
  'null',
]);

/**
 * An output as its format says. It may have been written by anybody and by any program: nothing of it is
 * used that the schema does not know.
 * @param text JSON
 * @throws LabError that names the field and its value
 */
export function readOutput<T extends z.ZodType>(text: string, schema: T): z.output<T> {
  if (text.length > LONGEST) {
    throw invalid(`is ${text.length} characters long; ${LONGEST} are the most that is read`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('is not JSON');
  }
  requireVersion(value);
  requireBounds(value, []);
  const { data, findings } = checkValue(schema, value);
  if (!findings) return data;
  const [{ path, message }] = findings;
  throw invalid(message, { field: fieldName(path) });
}

function requireVersion(value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(`expected an object, not ${show(value)}`);
  }
  const { version } = value as { readonly version?: unknown };
  if (version === OUTPUT_VERSION) return;
  const newer = typeof version === 'number' && version > OUTPUT_VERSION;
  const advice = newer ? ': a newer version of the extension may' : '';
  throw invalid(`${show(version)} is no version that can be read; ${OUTPUT_VERSION} is${advice}`, {
    field: 'version',
  });
}

/** What is wrong in a list is told entry by entry: it must not be millions. */
function requireBounds(value: unknown, path: Path): void {
  if (typeof value !== 'object' || value === null) return;
  const place = (): { field: string } => ({ field: fieldName(path) });
  if (path.length > DEEPEST) throw invalid(`nested more than ${DEEPEST} deep`, place());
  if (NUMBERS.has(path[path.length - 1]) && Array.isArray(value)) return;
  const count = Array.isArray(value) ? value.length : Object.keys(value).length;
  if (count > MOST_ENTRIES) {
    throw invalid(`has ${count} entries; ${MOST_ENTRIES} are the most that are read`, place());
  }
  for (const key of Object.keys(value)) {
    const inner = (value as Record<string, unknown>)[key];
    requireBounds(inner, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}
