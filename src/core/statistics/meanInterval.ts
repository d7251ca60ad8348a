import { studentTQuantile } from './studentT';

/** A mean with its 95% confidence interval. */
export interface MeanInterval {
  /** NaN without values. */
  readonly mean: number;
  /** NaN for fewer than two values, whose spread is unknown. */
  readonly low: number;
  readonly high: number;
  /** Number of values that are not NaN. */
  readonly count: number;
}

/** Two-sided confidence of {@link meanInterval}. */
export const CONFIDENCE = 0.95;

const factors: number[] = [];

/** Quantile of Student's t over √n. */
function factor(count: number): number {
  return (factors[count] ??= studentTQuantile(0.5 + CONFIDENCE / 2, count - 1) / Math.sqrt(count));
}

/**
 * Mean and 95% t interval, mean ± t(0.975, n − 1) · s / √n (Student 1908), of the first `length` values,
 * without NaN.
 */
export function meanInterval(values: ArrayLike<number>, length = values.length): MeanInterval {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < length; i++) {
    if (Number.isNaN(values[i])) continue;
    sum += values[i];
    count++;
  }
  const mean = count > 0 ? sum / count : NaN;
  if (count < 2) return { mean, low: NaN, high: NaN, count };
  let squares = 0;
  for (let i = 0; i < length; i++) {
    if (!Number.isNaN(values[i])) squares += (values[i] - mean) ** 2;
  }
  const half = factor(count) * Math.sqrt(squares / (count - 1));
  return { mean, low: mean - half, high: mean + half, count };
}
