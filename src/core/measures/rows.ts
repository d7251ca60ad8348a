/**
 * Largest magnitude of some attributions: 0 when all are zero, NaN when one is not a finite number.
 * Measures divide by it before they square or sum, so that 1e-300 and 1e300 are as good as 1.
 */
export function peakOf(values: Float64Array): number {
  let peak = 0;
  for (let i = 0; i < values.length; i++) {
    const a = Math.abs(values[i]);
    if (!(a < Infinity)) return NaN;
    if (a > peak) peak = a;
  }
  return peak;
}

/**
 * The rows of a matrix as views.
 * @param values `[neurons, width]`
 */
export function rowsOf(values: Float64Array, width: number): Float64Array[] {
  return Array.from({ length: values.length / width }, (_, k) =>
    values.subarray(k * width, (k + 1) * width),
  );
}

/** Why most measures of a row are undefined. */
export const ZERO_OR_NOT_FINITE =
  'every attribution of the neuron is zero, or one is not a finite number';
