/** The values of a measure over the neurons or features of a layer or net. */
export interface Summary {
  /** Mean of the defined values; NaN when there is none. */
  readonly mean: number;
  /** Number of defined values. */
  readonly count: number;
  /** Number of undefined values. */
  readonly missing: number;
}

/** Mean of the values from `start` to `end`, without NaN. */
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
