/** The values of a measure over the neurons or features of a layer or net. */
export interface Summary {
  /** Mean of the values that are defined; NaN when none is. */
  readonly mean: number;
  /** How many values entered the mean. */
  readonly count: number;
  /** How many were undefined. */
  readonly missing: number;
}

/** Mean of the values that are not NaN, of all or of those from `start` to `end`. */
export function summaryOf(
  values: ArrayLike<number>,
  start = 0,
  end: number = values.length,
): Summary {
  let sum = 0;
  let count = 0;
  for (let i = start; i < end; i++) {
    if (Number.isNaN(values[i])) continue;
    sum += values[i];
    count++;
  }
  return { mean: sum / count, count, missing: end - start - count };
}
