import type { MatrixValues } from '../attribution/matrix';
import { plainMeasures, type MeasureArithmetic } from './arithmetic';

/** Rows of a matrix with quantities that most measures need, computed once by {@link rowsOf}. Read-only. */
export interface Rows {
  /** Number of rows (neurons). */
  readonly count: number;
  readonly features: number;
  /** `[count, features]` */
  readonly values: Float64Array;
  /** `[count]`: largest magnitude of each row; 0 when all are zero, NaN when one is not finite. */
  readonly peaks: Float64Array;
  /**
   * `[count, features]`: magnitudes |row| / peak in [0, 1] of rows whose peak is positive. Measures square
   * and sum these, so that values such as 1e-300 or 1e300 neither underflow nor overflow.
   */
  readonly scaled: Float64Array;
  /** `[count]`: Σ |row| / peak, in [1, features]; NaN when the peak is 0 or NaN. */
  readonly sums: Float64Array;
  /** How measures compute their inner loops. */
  readonly arithmetic: MeasureArithmetic;
}

/**
 * The rows of a matrix. Measures compute in float64.
 * @param given `[rows, features]`, at least 1 feature; float64 is not copied
 * @param arithmetic does not change any number
 */
export function rowsOf(
  given: MatrixValues,
  features: number,
  arithmetic: MeasureArithmetic = plainMeasures,
): Rows {
  const values = given instanceof Float64Array ? given : new Float64Array(given);
  const count = values.length / features;
  const peaks = new Float64Array(count);
  const sums = new Float64Array(count);
  const scaled = new Float64Array(values.length);
  for (let k = 0; k < count; k++) {
    const start = k * features;
    const end = start + features;
    const peak = peakBetween(values, start, end);
    peaks[k] = peak;
    sums[k] = peak > 0 ? scale(values, start, end, peak, scaled) : NaN;
  }
  return { count, features, values, peaks, scaled, sums, arithmetic };
}

/** A range of rows, as views. */
export function rowsBetween(rows: Rows, start: number, end: number): Rows {
  const { features } = rows;
  const [first, last] = [start * features, end * features];
  return {
    count: end - start,
    features,
    values: rows.values.subarray(first, last),
    peaks: rows.peaks.subarray(start, end),
    scaled: rows.scaled.subarray(first, last),
    sums: rows.sums.subarray(start, end),
    arithmetic: rows.arithmetic,
  };
}

function peakBetween(values: Float64Array, start: number, end: number): number {
  let peak = 0;
  for (let i = start; i < end; i++) {
    const a = Math.abs(values[i]);
    if (!(a < Infinity)) return NaN;
    if (a > peak) peak = a;
  }
  return peak;
}

/** Writes |values| / peak to the same range of `scaled`, and returns their sum. */
function scale(
  values: Float64Array,
  start: number,
  end: number,
  peak: number,
  scaled: Float64Array,
): number {
  let sum = 0;
  for (let i = start; i < end; i++) {
    const a = Math.abs(values[i]) / peak;
    scaled[i] = a;
    sum += a;
  }
  return sum;
}

/** Whether any value is not a finite number. */
export function anyNotFinite({ peaks }: Rows): boolean {
  for (let k = 0; k < peaks.length; k++) if (Number.isNaN(peaks[k])) return true;
  return false;
}

/** Why most measures of a row are undefined. */
export const ZERO_OR_NOT_FINITE =
  'every attribution of the neuron is zero, or one is not a finite number';
