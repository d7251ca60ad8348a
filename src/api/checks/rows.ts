import { counted } from '../../core/counted';
import { invalid, requireOneOf } from '../../core/errors';
import type { MetricsRow } from '../../core/experiment/metricsRow';
import { isArmName, PHASES } from '../../core/experiment/plan';
import { MEASURES } from '../../core/measures/table';
import type { Run } from '../run';
import { readable, refused } from './arrays';

/** Largest number of rows, more than runs have or pages show. */
const MAX_ROWS = 1_000_000;

/** Fields that drawing a row requires. */
const COUNTS = ['seed', 'epoch'] as const;
const NUMBERS = ['neuronRatio', 'parameterRatio', 'testLoss'] as const;
/** Required fields that may be null. */
const MAYBE = ['requested', 'trainLoss', 'r2'] as const;

const METHODS = ['rows', 'checkpoints', 'attribution', 'specimen'] as const;

/**
 * Checks rows of metrics without copying them, since there may be many.
 * @throws LabError naming the invalid row and field
 */
export function checkedRows(value: readonly unknown[], name: string): readonly MetricsRow[] {
  if (value.length > MAX_ROWS) {
    throw invalid(`has ${counted(value.length, 'entry')}; at most ${MAX_ROWS} are shown`, {
      field: name,
    });
  }
  for (let i = 0; i < value.length; i++) {
    const field = `${name}[${i}]`;
    readable(field, () => requireRow(value[i], field));
  }
  return value as readonly MetricsRow[];
}

function requireRow(value: unknown, name: string): void {
  if (typeof value !== 'object' || value === null) throw refused(value, 'a row of metrics', name);
  const row = value as Readonly<Record<string, unknown>>;
  for (const field of COUNTS) {
    if (Number.isSafeInteger(row[field]) && Number(row[field]) >= 0) continue;
    throw refused(row[field], 'a whole number, at least 0', `${name}.${field}`);
  }
  for (const field of NUMBERS) {
    if (typeof row[field] !== 'number') throw refused(row[field], 'a number', `${name}.${field}`);
  }
  if (row.step !== undefined && (!Number.isSafeInteger(row.step) || Number(row.step) < 1)) {
    throw refused(row.step, 'a whole number, at least 1', `${name}.step`);
  }
  if (row.weightRatio !== undefined && typeof row.weightRatio !== 'number') {
    throw refused(row.weightRatio, 'a number', `${name}.weightRatio`);
  }
  for (const field of MAYBE) requireMaybe(row[field], `${name}.${field}`);
  if (typeof row.arm !== 'string' || !isArmName(row.arm)) {
    throw refused(row.arm, 'the name of an arm', `${name}.arm`);
  }
  requireOneOf(row.phase, PHASES, `${name}.phase`);
  const measures = row.measures as Readonly<Record<string, unknown>> | null | undefined;
  if (typeof measures !== 'object' || measures === null) {
    throw refused(measures, 'an object', `${name}.measures`);
  }
  for (const { id } of MEASURES) requireMeasured(measures[id], `${name}.measures.${id}`);
}

function requireMeasured(value: unknown, name: string): void {
  if (typeof value !== 'object' || value === null) throw refused(value, 'an object', name);
  const measured = value as Readonly<Record<string, unknown>>;
  requireMaybe(measured.mean, `${name}.mean`);
  requireMaybe(measured.null, `${name}.null`);
  const { layers } = measured;
  if (!Array.isArray(layers)) throw refused(layers, 'an array', `${name}.layers`);
  for (const [l, layer] of layers.entries()) requireMaybe(layer, `${name}.layers[${l}]`);
}

function requireMaybe(value: unknown, field: string): void {
  if (value !== null && typeof value !== 'number') throw refused(value, 'a number or null', field);
}

/** Whether a value has a run's methods; it may come from another realm. */
export function isRun(value: unknown): value is Run {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return METHODS.every((method) => {
      return typeof (value as Record<string, unknown>)[method] === 'function';
    });
  } catch {
    return false;
  }
}

/** A run, in memory or stored. @throws LabError for anything else */
export function checkedRun(value: unknown, name: string): Run {
  if (!isRun(value)) throw refused(value, 'a run', name);
  return value;
}
