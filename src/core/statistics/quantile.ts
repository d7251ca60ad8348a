/**
 * Quantile of sorted values, linear between neighbours: definition 7 of Hyndman & Fan (1996), which NumPy
 * and R use unless told otherwise.
 * @param sorted ascending, without NaN
 * @param p in [0, 1]
 * @returns NaN where there are no values
 */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number {
  const { length } = sorted;
  if (length === 0) return NaN;
  const place = p * (length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
