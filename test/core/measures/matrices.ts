import fc from 'fast-check';
import type { LayerRange, RowKind } from '../../../src/core/attribution/matrix';
import type { MeasuredMatrix } from '../../../src/core/measures/check';
import { hillNumbers } from '../../../src/core/measures/hill';
import { rowsOf, type Rows } from '../../../src/core/measures/rows';

/** A matrix from its rows; one layer unless widths are given. */
export function matrixOf(
  rows: readonly (readonly number[])[],
  widths: readonly number[] = [rows.length],
  kind: RowKind = 'pre-activation',
): MeasuredMatrix {
  let end = 0;
  const layers = widths.map((width, layer): LayerRange => ({
    layer,
    start: end,
    end: (end += width),
  }));
  const features = rows[0].length;
  return { neurons: rows.length, features, values: flat(rows), rows: kind, layers };
}

/** Rows one after the other. */
export function flat(rows: readonly (readonly number[])[]): Float64Array {
  return Float64Array.from(rows.flat());
}

/** Rows as measures take them. */
export function asRows(rows: readonly ArrayLike<number>[], features = rows[0].length): Rows {
  return rowsOf(flat(rows.map((row) => Array.from(row))), features);
}

/** Hill number of one row. */
export function hillNumber(row: Float64Array, order: number): number {
  return hillNumbers(asRows([row]), order)[0];
}

/** Attributions as networks make them, zeros included; not all zero. */
export function attributions(features: number): fc.Arbitrary<Float64Array> {
  const value = fc.oneof(
    { weight: 1, arbitrary: fc.constant(0) },
    { weight: 6, arbitrary: fc.double({ min: 1e-3, max: 1e3, noNaN: true }) },
    { weight: 6, arbitrary: fc.double({ min: -1e3, max: -1e-3, noNaN: true }) },
  );
  return fc
    .array(value, { minLength: features, maxLength: features })
    .filter((row) => row.some((x) => x !== 0))
    .map((row) => Float64Array.from(row));
}

/** A row of 2 to 40 features. */
export const anyRow = fc.integer({ min: 2, max: 40 }).chain(attributions);

/**
 * Relative tolerance for what sums F terms: each addition rounds by half of 2⁻⁵², and 16 leaves room
 * for the logarithm, exponential and divisions around the sum, each good to 2 ulp.
 */
export function rounding(features: number): number {
  return (features + 16) * 2 ** -52;
}

/** Within a relative tolerance, which is absolute below 1; NaN is close to NaN only. */
export function isClose(actual: number, expected: number, tolerance: number): boolean {
  if (Number.isNaN(expected)) return Number.isNaN(actual);
  return Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected));
}
