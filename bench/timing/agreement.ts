/** How two results are compared. */
export interface Tolerance {
  /**
   * `worst`: the largest difference of any element, relative to the largest element of the reference;
   * `each`: the largest difference of any element, relative to that element;
   * `mean`: the mean difference, relative to the mean magnitude of the reference.
   */
  readonly measure: 'worst' | 'each' | 'mean';
  readonly atMost: number;
}

/** Both gave bit for bit the same. */
export const SAME_BITS: Tolerance = { measure: 'each', atMost: 0 };

/**
 * How far a result is from the reference. Of a shorter result the reference's beginning counts, since
 * slow sides check less.
 * @returns Infinity where one is empty but not the other, the result is longer, or one is not finite
 */
export function difference(
  reference: ArrayLike<number>,
  result: ArrayLike<number>,
  measure: Tolerance['measure'],
): number {
  const { length } = result;
  if (length === 0) return reference.length === 0 ? 0 : Infinity;
  if (length > reference.length) return Infinity;
  let worst = 0;
  let sum = 0;
  let largest = 0;
  let magnitude = 0;
  let relative = 0;
  for (let i = 0; i < length; i++) {
    const expected = Math.abs(reference[i]);
    const off = Math.abs(result[i] - reference[i]);
    if (!Number.isFinite(off)) return Infinity;
    worst = Math.max(worst, off);
    sum += off;
    largest = Math.max(largest, expected);
    magnitude += expected;
    if (off > 0) relative = Math.max(relative, off / expected);
  }
  switch (measure) {
    case 'worst':
      return ratio(worst, largest);
    case 'mean':
      return ratio(sum, magnitude);
    case 'each':
      return relative;
  }
}

function ratio(off: number, scale: number): number {
  return off === 0 ? 0 : off / scale;
}
