/**
 * Quantile of sorted values with linear interpolation: definition 7 of Hyndman & Fan (1996), the default of
 * NumPy and R.
 * @param sorted ascending, without NaN
 * @param p in [0, 1]
 * @returns NaN without values
 */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number {
  const { length } = sorted;
  if (length === 0) return NaN;
  const place = p * (length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
