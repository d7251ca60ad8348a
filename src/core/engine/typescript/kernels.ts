/*
 * The dense kernels, in float32 with a fixed order of operations: every output is one sum, in ascending
 * order of its index, rounded after each product and each addition (`Math.fround`). Where several outputs
 * are computed side by side, each still has its own sum, so a SIMD kernel that vectorises over outputs gets
 * the same bits. No sum begins at −0 (−0 + 0 is 0), so none is ever −0, and for finite numbers a kernel may
 * skip terms that are 0.
 */
const { fround } = Math;

/** `out[r, o] = bias[o] + Σ_i x[r, i] · w[o, i]`; x `[rows, inputs]`, w `[outputs, inputs]`. */
export function affine(
  x: Float32Array,
  w: Float32Array,
  bias: Float32Array,
  out: Float32Array,
  rows: number,
): void {
  const outputs = bias.length;
  const inputs = w.length / outputs;
  const blocked = outputs - (outputs % 4);
  for (let r = 0; r < rows; r++) {
    const xr = r * inputs;
    const or = r * outputs;
    let o = 0;
    for (; o < blocked; o += 4) {
      const w0 = o * inputs;
      const w1 = w0 + inputs;
      const w2 = w1 + inputs;
      const w3 = w2 + inputs;
      let s0 = bias[o] + 0;
      let s1 = bias[o + 1] + 0;
      let s2 = bias[o + 2] + 0;
      let s3 = bias[o + 3] + 0;
      for (let i = 0; i < inputs; i++) {
        const value = x[xr + i];
        s0 = fround(s0 + fround(value * w[w0 + i]));
        s1 = fround(s1 + fround(value * w[w1 + i]));
        s2 = fround(s2 + fround(value * w[w2 + i]));
        s3 = fround(s3 + fround(value * w[w3 + i]));
      }
      out[or + o] = s0;
      out[or + o + 1] = s1;
      out[or + o + 2] = s2;
      out[or + o + 3] = s3;
    }
    for (; o < outputs; o++) {
      const wo = o * inputs;
      let sum = bias[o] + 0;
      for (let i = 0; i < inputs; i++) sum = fround(sum + fround(x[xr + i] * w[wo + i]));
      out[or + o] = sum;
    }
  }
}

/**
 * `out[m, n] = Σ_k a[m, k] · b[k, n]` where `a[m, k]` is read at `m·aRow + k·aColumn`, so that `a` may be
 * stored transposed; b `[inner, columns]`, out `[rows, columns]`.
 */
export function multiply(
  a: Float32Array,
  aRow: number,
  aColumn: number,
  b: Float32Array,
  out: Float32Array,
  rows: number,
  inner: number,
  columns: number,
): void {
  const blocked = columns - (columns % 4);
  for (let m = 0; m < rows; m++) {
    const am = m * aRow;
    const om = m * columns;
    let n = 0;
    for (; n < blocked; n += 4) {
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let k = 0, at = am, bt = n; k < inner; k++, at += aColumn, bt += columns) {
        const value = a[at];
        s0 = fround(s0 + fround(value * b[bt]));
        s1 = fround(s1 + fround(value * b[bt + 1]));
        s2 = fround(s2 + fround(value * b[bt + 2]));
        s3 = fround(s3 + fround(value * b[bt + 3]));
      }
      out[om + n] = s0;
      out[om + n + 1] = s1;
      out[om + n + 2] = s2;
      out[om + n + 3] = s3;
    }
    for (; n < columns; n++) {
      let sum = 0;
      for (let k = 0, at = am, bt = n; k < inner; k++, at += aColumn, bt += columns) {
        sum = fround(sum + fround(a[at] * b[bt]));
      }
      out[om + n] = sum;
    }
  }
}

/** `out[c] = Σ_r x[r, c]` */
export function columnSums(x: Float32Array, out: Float32Array, rows: number): void {
  const columns = out.length;
  out.fill(0);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) out[c] += x[r * columns + c];
  }
}

/** ReLU in place; NaN stays NaN. */
export function relu(x: Float32Array, length: number): void {
  for (let i = 0; i < length; i++) if (x[i] < 0) x[i] = 0;
}
