/** Samples whose sums are computed side by side in registers; block sizes are multiples of it. */
export const SAMPLE_LANES = 8;

/** A sparse matrix in compressed sparse row (CSR) format. */
export interface SparseMatrix {
  readonly rows: number;
  /** `[rows + 1]`: index of each row's first entry, then the number of entries. */
  readonly starts: Int32Array;
  /** `[entries]`: ascending within a row. */
  readonly columns: Int32Array;
  /** `[entries]` */
  readonly values: Float64Array;
}

/** The nonzero entries of a dense `[rows, columns]` matrix. */
export function sparseMatrix(dense: Float32Array, rows: number, columns: number): SparseMatrix {
  return collect(rows, columns, (r, c) => dense[r * columns + c]);
}

/** The nonzero entries of the transpose of a dense `[rows, columns]` matrix. */
export function sparseTranspose(dense: Float32Array, rows: number, columns: number): SparseMatrix {
  return collect(columns, rows, (r, c) => dense[c * columns + r]);
}

function collect(
  rows: number,
  columns: number,
  entry: (row: number, column: number) => number,
): SparseMatrix {
  const starts = new Int32Array(rows + 1);
  const columnOf: number[] = [];
  const values: number[] = [];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const value = entry(r, c);
      if (value === 0) continue;
      columnOf.push(c);
      values.push(value);
    }
    starts[r + 1] = values.length;
  }
  return { rows, starts, columns: Int32Array.from(columnOf), values: Float64Array.from(values) };
}

/**
 * `out[r, s] = bias[r] + Σ_c matrix[r, c] · x[c, s]`, in float64, every sum in ascending order of c.
 * @param x `[columns, block]`
 * @param out `[rows, block]`
 * @param block number of samples, a multiple of {@link SAMPLE_LANES}
 */
export function sparseAffine(
  { rows, starts, columns, values }: SparseMatrix,
  bias: Float64Array,
  x: Float64Array,
  out: Float64Array,
  block: number,
): void {
  for (let r = 0; r < rows; r++) {
    const begin = starts[r];
    const end = starts[r + 1];
    const b = bias[r];
    for (let s = 0; s < block; s += SAMPLE_LANES) {
      let s0 = b;
      let s1 = b;
      let s2 = b;
      let s3 = b;
      let s4 = b;
      let s5 = b;
      let s6 = b;
      let s7 = b;
      for (let k = begin; k < end; k++) {
        const value = values[k];
        const at = columns[k] * block + s;
        s0 += value * x[at];
        s1 += value * x[at + 1];
        s2 += value * x[at + 2];
        s3 += value * x[at + 3];
        s4 += value * x[at + 4];
        s5 += value * x[at + 5];
        s6 += value * x[at + 6];
        s7 += value * x[at + 7];
      }
      const at = r * block + s;
      out[at] = s0;
      out[at + 1] = s1;
      out[at + 2] = s2;
      out[at + 3] = s3;
      out[at + 4] = s4;
      out[at + 5] = s5;
      out[at + 6] = s6;
      out[at + 7] = s7;
    }
  }
}
