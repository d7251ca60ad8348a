import { MEASURES, type MeasureId } from '../measures/table';
import type { Leg, Phase } from './plan';

/** A number, or null where it is undefined: the measures' table says why. */
export type MaybeNumber = number | null;

/** One measure of one checkpoint. */
export interface MeasuredMean {
  /** Mean over all hidden neurons (or features), those where it is defined. */
  readonly mean: MaybeNumber;
  /** The same per hidden layer. */
  readonly layers: readonly MaybeNumber[];
  /** How many of the net's values are undefined and left out. */
  readonly missing: number;
  /** What random readouts of the same code score: one number for all rows of a run. */
  readonly null: MaybeNumber;
}

/**
 * What was measured of one specimen at one moment: a row of `metrics.jsonl`. `losses` are mean squared
 * errors in units of the target squared.
 */
export interface MetricsRow extends Leg {
  readonly phase: Phase;
  /** Epochs trained in this leg: 0 for `initial` and `pruned`. */
  readonly epoch: number;
  /** Share of hidden neurons that are gone. */
  readonly neuronRatio: number;
  /** Share of parameters that are gone. */
  readonly parameterRatio: number;
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  readonly parameters: number;
  /** Mean over the epoch's batches, each before its update; null before the first epoch. */
  readonly trainLoss: MaybeNumber;
  readonly testLoss: number;
  /** 1 − SS_residual / SS_total of the test targets, each output about its own mean. */
  readonly r2: MaybeNumber;
  /** How far attributions are from n(e_f) − n(0), at worst. */
  readonly completenessError: number;
  readonly measures: Readonly<Record<MeasureId, MeasuredMean>>;
}

/** A row as it is stored: one flat JSON object, a column for each number. */
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

/** The inverse of {@link flattenRow}; a measure that the row does not know yet is undefined in it. */
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
    // What another version knows of these measures is not of the row either.
    const [column] = key.split('.', 1);
    if (!IDS.has(column)) row[key] = flat[key];
  }
  return row as unknown as MetricsRow;
}
