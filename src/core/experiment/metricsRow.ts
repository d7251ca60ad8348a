import { MEASURES, type MeasureId } from '../measures/table';
import type { Leg, Phase } from './plan';

/** A number, or null where it is undefined for the reason in the table of measures. */
export type MaybeNumber = number | null;

/** One measure of one checkpoint. */
export interface MeasuredMean {
  /** Mean over all hidden neurons (or features) with a defined value. */
  readonly mean: MaybeNumber;
  /** The same per hidden layer. */
  readonly layers: readonly MaybeNumber[];
  /** How many of the net's values are undefined. */
  readonly missing: number;
  /** Mean of random readouts of the same codes; the same in all rows of a run. */
  readonly null: MaybeNumber;
}

/**
 * Measurements of one specimen at one moment: a row of `metrics.jsonl`. Losses are mean squared errors, in
 * squared units of the target.
 */
export interface MetricsRow extends Leg {
  readonly phase: Phase;
  /** Epochs trained in this leg: 0 for `initial` and `pruned`. */
  readonly epoch: number;
  /** Share of hidden neurons removed, in [0, 1). */
  readonly neuronRatio: number;
  /** Share of parameters removed or masked, in [0, 1). */
  readonly parameterRatio: number;
  /** Share of weights, without biases, removed or masked, in [0, 1); only in experiments with arms. */
  readonly weightRatio?: number;
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  /** Number of parameters that are not masked. */
  readonly parameters: number;
  /** Mean over the epoch's batches, each before its update; null before the first epoch. */
  readonly trainLoss: MaybeNumber;
  readonly testLoss: number;
  /** 1 − SS_residual / SS_total of the test targets, each output about its own mean. */
  readonly r2: MaybeNumber;
  /** Largest |attribution − (n(e_f) − n(0))| of any cell. */
  readonly completenessError: number;
  readonly measures: Readonly<Record<MeasureId, MeasuredMean>>;
}

/** A row as stored: one flat JSON object with a column for each number. */
export type FlatRow = Record<string, unknown>;

/** Names of each measure's columns. */
const COLUMNS = MEASURES.map(({ id }) => ({
  id,
  layers: `${id}.layers`,
  missing: `${id}.missing`,
  chance: `${id}.null`,
}));
const IDS: ReadonlySet<string> = new Set(MEASURES.map(({ id }) => id));
const MEASURED: ReadonlySet<string> = new Set(COLUMNS.flatMap((column) => Object.values(column)));

/** Flattens a row for tables: `relative`, `relative.layers`, `relative.missing`, `relative.null`, … */
export function flattenRow({ measures, ...row }: MetricsRow): FlatRow {
  const flat: FlatRow = row;
  for (const { id, layers, missing, chance } of COLUMNS) {
    const measured = measures[id];
    flat[id] = measured.mean;
    flat[layers] = measured.layers;
    flat[missing] = measured.missing;
    flat[chance] = measured.null;
  }
  return flat;
}

/** The inverse of {@link flattenRow}; measures that the row lacks become null. */
export function unflattenRow(flat: FlatRow): MetricsRow {
  const measures: Partial<Record<MeasureId, MeasuredMean>> = {};
  for (const { id, layers, missing, chance } of COLUMNS) {
    measures[id] = {
      mean: (flat[id] ?? null) as MaybeNumber,
      layers: (flat[layers] ?? []) as MaybeNumber[],
      missing: (flat[missing] ?? 0) as number,
      null: (flat[chance] ?? null) as MaybeNumber,
    };
  }
  const row: FlatRow = { measures };
  for (const key in flat) {
    if (MEASURED.has(key)) continue;
    // Columns of these measures that another version has written are not fields of the row.
    const [column] = key.split('.', 1);
    if (!IDS.has(column)) row[key] = flat[key];
  }
  return row as unknown as MetricsRow;
}
