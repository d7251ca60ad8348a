import { ACTIVITIES, type ActivityId } from '../measures/activity';
import { MEASURES, type MeasureId } from '../measures/table';
import type { EffectParts } from './effectParts';
import type { Leg, Phase } from './plan';
import { READING_KEY } from './readings';

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
  /**
   * Parts of the effect of pruning, of measures of single neurons: in experiments with arms, after a pruning
   * and after the last epoch of retraining, unless the survivors return to earlier values.
   */
  readonly parts?: EffectParts;
}

/** Means of one reading of one checkpoint. */
export interface ReadingMetrics {
  /** Largest |attribution − difference along the path of the probe| of any cell. */
  readonly completenessError: number;
  readonly measures: Readonly<Record<MeasureId, MeasuredMean>>;
}

/** A measure of how neurons respond to the samples of the data. */
export type ActivityMean = Pick<MeasuredMean, 'mean' | 'layers'>;

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
  /**
   * Of the first reading. Without layers if it was not made: `distribution` is read at the ends of stages, and
   * wherever a checkpoint is kept.
   */
  readonly measures: Readonly<Record<MeasureId, MeasuredMean>>;
  /** By key, the other readings that were made of this checkpoint. */
  readonly readings?: Readonly<Record<string, ReadingMetrics>>;
  /** At the ends of stages of runs that list their probes. */
  readonly activity?: Readonly<Record<ActivityId, ActivityMean>>;
}

/** A row as stored: one flat JSON object with a column for each number. */
export type FlatRow = Record<string, unknown>;

/** Names of each measure's columns. */
const COLUMNS = MEASURES.map(({ id }) => columnsOf(id));
const IDS: ReadonlySet<string> = new Set(MEASURES.map(({ id }) => id));
const MEASURED: ReadonlySet<string> = new Set(COLUMNS.flatMap((column) => Object.values(column)));
const PARTS = [
  'selection',
  'ablation',
  'adaptation',
  'drift',
] as const satisfies (keyof EffectParts)[];
const COMPLETENESS = 'completenessError';
const ACTIVITY = ACTIVITIES.map(({ id }) => ({ id, layers: `${id}.layers` }));
const OF_ACTIVITY: ReadonlySet<string> = new Set(
  ACTIVITY.flatMap((column) => Object.values(column)),
);

/** Names of the columns of a measure. */
function columnsOf(id: MeasureId): Readonly<
  Record<'id' | 'layers' | 'missing' | 'chance', string>
> & {
  readonly id: MeasureId;
} {
  return { id, layers: `${id}.layers`, missing: `${id}.missing`, chance: `${id}.null` };
}

/**
 * Flattens a row for tables: `relative`, `relative.layers`, `relative.missing`, `relative.null`, …; of other
 * readings than the first `distribution.relative`, …
 */
export function flattenRow({ measures, readings, activity, ...row }: MetricsRow): FlatRow {
  const flat: FlatRow = row;
  flattenMeasures(flat, '', measures);
  for (const [key, reading] of Object.entries(readings ?? {})) {
    flat[`${key}.${COMPLETENESS}`] = reading.completenessError;
    flattenMeasures(flat, `${key}.`, reading.measures);
  }
  if (activity) {
    for (const { id, layers } of ACTIVITY) {
      flat[id] = activity[id].mean;
      flat[layers] = activity[id].layers;
    }
  }
  return flat;
}

function flattenMeasures(flat: FlatRow, prefix: string, measures: MetricsRow['measures']): void {
  for (const { id, layers, missing, chance } of COLUMNS) {
    const measured = measures[id];
    flat[prefix + id] = measured.mean;
    flat[prefix + layers] = measured.layers;
    flat[prefix + missing] = measured.missing;
    flat[prefix + chance] = measured.null;
    if (!measured.parts) continue;
    for (const part of PARTS) {
      if (measured.parts[part] !== undefined) flat[`${prefix}${id}.${part}`] = measured.parts[part];
    }
  }
}

/** The inverse of {@link flattenRow}; measures that the row lacks become null. */
export function unflattenRow(flat: FlatRow): MetricsRow {
  const row: FlatRow = { measures: unflattenMeasures(flat, '') };
  const keys = new Set<string>();
  for (const key in flat) {
    if (MEASURED.has(key) || OF_ACTIVITY.has(key)) continue;
    const prefix = key.includes('.') ? READING_KEY.exec(key) : null;
    if (prefix) {
      keys.add(prefix[0]);
      continue;
    }
    // Columns of these measures that another version has written are not fields of the row.
    const [column] = key.split('.', 1);
    if (!IDS.has(column)) row[key] = flat[key];
  }
  if (keys.size > 0) {
    row.readings = Object.fromEntries(
      [...keys].map((key): [string, ReadingMetrics] => [
        key,
        {
          completenessError: (flat[`${key}.${COMPLETENESS}`] ?? 0) as number,
          measures: unflattenMeasures(flat, `${key}.`),
        },
      ]),
    );
  }
  if (ACTIVITY.some(({ id }) => id in flat)) {
    row.activity = Object.fromEntries(
      ACTIVITY.map(({ id, layers }): [ActivityId, ActivityMean] => [
        id,
        {
          mean: (flat[id] ?? null) as MaybeNumber,
          layers: (flat[layers] ?? []) as MaybeNumber[],
        },
      ]),
    );
  }
  return row as unknown as MetricsRow;
}

function unflattenMeasures(flat: FlatRow, prefix: string): MetricsRow['measures'] {
  const measures: Partial<Record<MeasureId, MeasuredMean>> = {};
  for (const { id, layers, missing, chance } of COLUMNS) {
    measures[id] = {
      mean: (flat[prefix + id] ?? null) as MaybeNumber,
      layers: (flat[prefix + layers] ?? []) as MaybeNumber[],
      missing: (flat[prefix + missing] ?? 0) as number,
      null: (flat[prefix + chance] ?? null) as MaybeNumber,
      ...(`${prefix}${id}.selection` in flat && { parts: unflattenParts(flat, prefix + id) }),
    };
  }
  return measures as MetricsRow['measures'];
}

function unflattenParts(flat: FlatRow, column: string): EffectParts {
  const found = PARTS.filter((part) => `${column}.${part}` in flat);
  return Object.fromEntries(
    found.map((part) => [part, flat[`${column}.${part}`]]),
  ) as unknown as EffectParts;
}
