import type { RowKind } from '../attribution/matrix';
import type { NullDistribution } from '../measures/null';
import type { MeasureId } from '../measures/table';
import type { MaybeNumber, MetricsRow } from './metricsRow';

/** Counts up when the null is drawn in another way, so that its levels are not those of before. */
export const NULL_VERSION = 2;

/** The null of a measure, as a run keeps it: what is undefined is null. */
export interface MeasuredNull extends Pick<NullDistribution, 'of' | 'count'> {
  readonly mean: MaybeNumber;
  /** Of one value: a neuron's, or a net's mean. */
  readonly sd: MaybeNumber;
  /** Of the mean. */
  readonly standardError: MaybeNumber;
  /** 2.5 and 97.5 percentiles of the values. */
  readonly low: MaybeNumber;
  readonly high: MaybeNumber;
}

/** The null that all rows of a run are held against: one level for each measure. */
export interface RunNull {
  readonly version: number;
  /** Kind of rows that it stands for. */
  readonly rows: RowKind;
  /** Random readouts behind measures of single neurons. */
  readonly readouts: number;
  /** Nets of random readouts behind all other measures. */
  readonly nets: number;
  /** Widths of their hidden layers: those of the specimen before anything is pruned. */
  readonly widths: readonly number[];
  /** By measure; one that a later version measures is not there. */
  readonly measures: Readonly<Partial<Record<MeasureId, MeasuredNull>>>;
}

/** Of a run, what its null is known by: undefined where it was measured against the old one. */
export type KnownNull = RunNull | undefined;

/** The level of a measure's null. */
export interface NullLevel {
  readonly mean: number;
  /** Of the mean; undefined for an old null, whose was not kept. */
  readonly standardError?: number;
  /** How many values are behind it, and what they are of. */
  readonly count?: number;
  readonly of?: MeasuredNull['of'];
  /** Whether it is the old null: see {@link OLD_NULL}. */
  readonly old: boolean;
}

/** What views say of a run that was measured before the null was one number. */
export const OLD_NULL =
  'This run was measured against the old null: linear readouts whatever the rows, which is too high a level for post-activation rows, and few of them, drawn anew for each list of widths, so that it wanders between ratios by as much as effects do. The level shown is that of the unpruned widths. Run the experiment again for the null of today.';

/**
 * The level to hold a measure of a run against; undefined where there is none.
 * @param known what the run says of its null
 * @param rows of the run, for one that was measured against the old null
 */
export function nullLevel(
  known: KnownNull,
  rows: Iterable<Pick<MetricsRow, 'requested' | 'measures'>>,
  measure: MeasureId,
): NullLevel | undefined {
  if (known) {
    const { mean = null, standardError, count, of } = known.measures[measure] ?? {};
    if (mean === null) return undefined;
    return { mean, standardError: standardError ?? undefined, count, of, old: false };
  }
  for (const { requested, measures } of rows) {
    if (requested !== null) continue;
    const mean = measures[measure].null;
    return mean === null ? undefined : { mean, old: true };
  }
  return undefined;
}
