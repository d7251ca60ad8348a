import type { RowKind } from '../attribution/matrix';
import type { NullDistribution } from '../measures/null';
import type { MeasureId } from '../measures/table';
import type { MaybeNumber, MetricsRow } from './metricsRow';

/** Increases when the null is drawn in another way, so that its levels change. */
export const NULL_VERSION = 2;

/** The null of a measure as a run stores it; undefined values are null. */
export interface MeasuredNull extends Pick<NullDistribution, 'of' | 'count'> {
  readonly mean: MaybeNumber;
  /** Standard deviation of single values: of neurons, or of nets' means. */
  readonly sd: MaybeNumber;
  /** Standard error of the mean. */
  readonly standardError: MaybeNumber;
  /** 2.5 and 97.5 percentiles of the values. */
  readonly low: MaybeNumber;
  readonly high: MaybeNumber;
}

/** The null of a reading: one level per measure. */
export interface ReadingNull {
  /** Kind of rows that it applies to. */
  readonly rows: RowKind;
  /** Number of random readouts for measures of single neurons. */
  readonly readouts: number;
  /** Number of nets of random readouts for all other measures. */
  readonly nets: number;
  /** By measure; measures added in a later version are absent. */
  readonly measures: Readonly<Partial<Record<MeasureId, MeasuredNull>>>;
}

/** The null of a run, used for all of its rows; its own fields are those of the first reading. */
export interface RunNull extends ReadingNull {
  readonly version: number;
  /** Widths of the hidden layers of its nets: those of the unpruned specimen. */
  readonly widths: readonly number[];
  /** By key, the nulls of the other readings; absent if there are none. */
  readonly readings?: Readonly<Record<string, ReadingNull>>;
}

/** The null of a reading of a run; undefined if there is none. @param key undefined for the first reading */
export function nullOfReading(nulls: KnownNull, key?: string): ReadingNull | undefined {
  return key === undefined ? nulls : nulls?.readings?.[key];
}

/** The null of a run; undefined for a run measured against the old null. */
export type KnownNull = RunNull | undefined;

/** The level of a measure's null. */
export interface NullLevel {
  readonly mean: number;
  /** Standard error of the mean; undefined for an old null, which did not record it. */
  readonly standardError?: number;
  /** Number of values behind the mean, and whether each is of a neuron or a net. */
  readonly count?: number;
  readonly of?: MeasuredNull['of'];
  /** Whether it is the old null: see {@link OLD_NULL}. */
  readonly old: boolean;
}

/** Explanation for a run that was measured before all of its rows had the same null. */
export const OLD_NULL =
  'This run was measured against the old null: linear readouts whatever the kind of rows, which is too high a level for post-activation rows, and few of them, drawn separately for each list of widths, so that it varies between ratios by as much as the effects do. The level shown is that of the unpruned widths. Run the experiment again to get the current null.';

/**
 * The level to compare a measure of a run with; undefined if there is none.
 * @param known the run's null
 * @param rows of the run, needed for the old null
 * @param key of the reading; by default the first
 */
export function nullLevel(
  known: KnownNull,
  rows: Iterable<Pick<MetricsRow, 'requested' | 'measures'>>,
  measure: MeasureId,
  key?: string,
): NullLevel | undefined {
  if (known) {
    const own = nullOfReading(known, key);
    const { mean = null, standardError, count, of } = own?.measures[measure] ?? {};
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
