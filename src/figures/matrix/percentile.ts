import { type MatrixValues, zerosLike } from '../../core/attribution/matrix';

/**
 * The magnitude that p percent of the finite values do not exceed, by nearest rank; the greatest for 100.
 * By quickselect (Hoare 1961), in linear time on average.
 * @param p in (0, 100]
 * @returns 0 where no value is finite
 */
export function percentileOfMagnitudes(values: MatrixValues, p: number): number {
  const magnitudes = zerosLike(values, values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i]);
    if (magnitude < Infinity) magnitudes[count++] = magnitude;
  }
  if (count === 0) return 0;
  const rank = Math.max(0, Math.min(count - 1, Math.ceil((p / 100) * count) - 1));
  return select(magnitudes, count, rank);
}

function select(values: MatrixValues, count: number, rank: number): number {
  let left = 0;
  let right = count - 1;
  while (left < right) {
    const pivot = values[(left + right) >> 1];
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const lower = values[j];
      values[j--] = values[i];
      values[i++] = lower;
    }
    if (rank <= j) right = j;
    else if (rank >= i) left = i;
    else return values[rank];
  }
  return values[rank];
}
