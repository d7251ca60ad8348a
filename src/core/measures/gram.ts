import type { RowRange } from './descriptor';
import type { Rows } from './rows';

/** Dot products of columns. */
export interface Gram {
  /** `[features, stride]` or longer: only the products on and above the diagonal are defined. */
  readonly products: Float64Array;
  /** Numbers from one row of the products to the next. */
  readonly stride: number;
}

/** Columns that a block of the Gram matrix may extend beyond the last one. */
const PADDING = 4;

/**
 * Gram matrices of the columns divided by their peaks, one for each layer of rows. A column without a peak is 0.
 * @param peaks `[features]`
 * @param layers follow one another, the first begins with the first row
 */
export function grams(rows: Rows, peaks: Float64Array, layers: readonly RowRange[]): Gram[] {
  const columns = scaledColumns(rows, peaks);
  return layers.map(({ start, end }) => gram(columns, rows.count, start, end, rows.features));
}

/** The columns scaled to peaks of 1, one after the other: `[features + PADDING, neurons]`. */
function scaledColumns({ values, count, features }: Rows, peaks: Float64Array): Float64Array {
  const columns = new Float64Array((features + PADDING) * count);
  for (let f = 0; f < features; f++) {
    if (peaks[f] === 0) continue;
    for (let k = 0; k < count; k++) columns[f * count + k] = values[k * features + f] / peaks[f];
  }
  return columns;
}

/**
 * Dot products of columns over the rows from `start` to `end`: `[features + PADDING]` squared, on and above
 * the diagonal. Blocks of 2 × 4 columns: the eight sums are independent, and six numbers are read for eight
 * products.
 */
function gram(
  columns: Float64Array,
  neurons: number,
  start: number,
  end: number,
  features: number,
): Gram {
  const stride = features + PADDING;
  const products = new Float64Array(stride * stride);
  for (let i = 0; i < features; i += 2) {
    for (let j = i; j < features; j += 4) {
      let s00 = 0;
      let s01 = 0;
      let s02 = 0;
      let s03 = 0;
      let s10 = 0;
      let s11 = 0;
      let s12 = 0;
      let s13 = 0;
      let a = i * neurons + start;
      let b = j * neurons + start;
      for (const last = i * neurons + end; a < last; a++, b++) {
        const a0 = columns[a];
        const a1 = columns[a + neurons];
        const b0 = columns[b];
        const b1 = columns[b + neurons];
        const b2 = columns[b + 2 * neurons];
        const b3 = columns[b + 3 * neurons];
        s00 += a0 * b0;
        s01 += a0 * b1;
        s02 += a0 * b2;
        s03 += a0 * b3;
        s10 += a1 * b0;
        s11 += a1 * b1;
        s12 += a1 * b2;
        s13 += a1 * b3;
      }
      const upper = i * stride + j;
      products[upper] = s00;
      products[upper + 1] = s01;
      products[upper + 2] = s02;
      products[upper + 3] = s03;
      const lower = upper + stride;
      products[lower] = s10;
      products[lower + 1] = s11;
      products[lower + 2] = s12;
      products[lower + 3] = s13;
    }
  }
  return { products, stride };
}
