/*
 * Matrix products in blocks of 4 × 8 and 4 × 4: 16 multiplications and additions for 6 loads. Every
 * element of a product is one sum in the order of its index, from its initial value, rounded after
 * each product and each addition: vectors run over independent elements, so the bits are those of
 * the scalar twin (../../typescript/kernels.ts).
 *
 * Rows are padded: columns count in fours, and what is beyond a matrix's own columns is 0. Strides
 * are in bytes. `m`, the number of rows, is a multiple of 4 (padding rows hold anything finite);
 * `n`, the number of columns, as well.
 */

/** Initial values of sums, one for each column or one for each row: for {@link multiply}. */
export type OfColumns = u32;
export type OfRows = i32;

/** What happens to an element before it is stored. */
export const PLAIN: i32 = 0;
/** Negative elements become 0. */
export const RELU: i32 = 1;
/** Elements become 0 where the element of `gates` at the same place is not positive. */
export const GATE: i32 = 2;

// @ts-expect-error: decorator of AssemblyScript
@inline
export function madd(sum: v128, a: v128, b: v128): v128 {
  return f32x4.add(sum, f32x4.mul(a, b));
}

// @ts-expect-error: decorator of AssemblyScript
@inline
export function put(at: usize, sum: v128, mode: i32, gate: usize): void {
  if (mode == RELU) sum = f32x4.pmax(sum, f32x4.splat(0));
  else if (mode == GATE) sum = v128.and(sum, f32x4.gt(v128.load(gate), f32x4.splat(0)));
  v128.store(at, sum);
}

/**
 * Four values that sums start from. Adding 0 makes −0 a 0 and changes nothing else: then no sum is ever
 * −0, and terms of 0 may as well be left out.
 */
// @ts-expect-error: decorator of AssemblyScript
@inline
export function initialOf(at: usize): v128 {
  return f32x4.add(v128.load(at), f32x4.splat(0));
}

// @ts-expect-error: decorator of AssemblyScript
@inline
export function initialOfRow(at: usize): v128 {
  return f32x4.add(v128.load32_splat(at), f32x4.splat(0));
}

/**
 * `out[r, c] = initial[c] + Σ_k a[r, k] · b[k, c]`, a `[m, inner]`, b `[inner, n]`, both by rows.
 * With {@link OfRows} sums start from initial[r]: decided when this is compiled, so that the loops of
 * training carry nothing of it.
 * @param gates of the same strides as `out`; read in mode GATE only
 */
export function multiply<Initial>(
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  initial: usize,
  out: usize,
  outStride: usize,
  m: i32,
  inner: i32,
  n: i32,
  mode: i32,
  gates: usize,
): void {
  let c = 0;
  for (; c + 8 <= n; c += 8) {
    const first = isSigned<Initial>() ? f32x4.splat(0) : initialOf(initial + (<usize>c << 2));
    const second = isSigned<Initial>() ? first : initialOf(initial + (<usize>c << 2) + 16);
    const bColumn = b + (<usize>c << 2);
    for (let r = 0; r < m; r += 4) {
      let a0 = a + <usize>r * aStride;
      let a1 = a0 + aStride;
      let a2 = a1 + aStride;
      let a3 = a2 + aStride;
      let s00 = first;
      let s01 = second;
      let s10 = first;
      let s11 = second;
      let s20 = first;
      let s21 = second;
      let s30 = first;
      let s31 = second;
      if (isSigned<Initial>()) {
        const row = initial + (<usize>r << 2);
        s00 = s01 = initialOfRow(row);
        s10 = s11 = initialOfRow(row + 4);
        s20 = s21 = initialOfRow(row + 8);
        s30 = s31 = initialOfRow(row + 12);
      }
      let at = bColumn;
      for (let k = 0; k < inner; k++) {
        const b0 = v128.load(at);
        const b1 = v128.load(at, 16);
        at += bStride;
        let x = v128.load32_splat(a0);
        s00 = madd(s00, x, b0);
        s01 = madd(s01, x, b1);
        x = v128.load32_splat(a1);
        s10 = madd(s10, x, b0);
        s11 = madd(s11, x, b1);
        x = v128.load32_splat(a2);
        s20 = madd(s20, x, b0);
        s21 = madd(s21, x, b1);
        x = v128.load32_splat(a3);
        s30 = madd(s30, x, b0);
        s31 = madd(s31, x, b1);
        a0 += 4;
        a1 += 4;
        a2 += 4;
        a3 += 4;
      }
      const place = <usize>r * outStride + (<usize>c << 2);
      let o = out + place;
      let g = gates + place;
      put(o, s00, mode, g);
      put(o + 16, s01, mode, g + 16);
      o += outStride;
      g += outStride;
      put(o, s10, mode, g);
      put(o + 16, s11, mode, g + 16);
      o += outStride;
      g += outStride;
      put(o, s20, mode, g);
      put(o + 16, s21, mode, g + 16);
      o += outStride;
      g += outStride;
      put(o, s30, mode, g);
      put(o + 16, s31, mode, g + 16);
    }
  }
  if (c == n) return;
  const first = isSigned<Initial>() ? f32x4.splat(0) : initialOf(initial + (<usize>c << 2));
  const bColumn = b + (<usize>c << 2);
  for (let r = 0; r < m; r += 4) {
    let a0 = a + <usize>r * aStride;
    let a1 = a0 + aStride;
    let a2 = a1 + aStride;
    let a3 = a2 + aStride;
    let s0 = first;
    let s1 = first;
    let s2 = first;
    let s3 = first;
    if (isSigned<Initial>()) {
      const row = initial + (<usize>r << 2);
      s0 = initialOfRow(row);
      s1 = initialOfRow(row + 4);
      s2 = initialOfRow(row + 8);
      s3 = initialOfRow(row + 12);
    }
    let at = bColumn;
    for (let k = 0; k < inner; k++) {
      const b0 = v128.load(at);
      at += bStride;
      s0 = madd(s0, v128.load32_splat(a0), b0);
      s1 = madd(s1, v128.load32_splat(a1), b0);
      s2 = madd(s2, v128.load32_splat(a2), b0);
      s3 = madd(s3, v128.load32_splat(a3), b0);
      a0 += 4;
      a1 += 4;
      a2 += 4;
      a3 += 4;
    }
    const place = <usize>r * outStride + (<usize>c << 2);
    let o = out + place;
    let g = gates + place;
    put(o, s0, mode, g);
    o += outStride;
    g += outStride;
    put(o, s1, mode, g);
    o += outStride;
    g += outStride;
    put(o, s2, mode, g);
    o += outStride;
    g += outStride;
    put(o, s3, mode, g);
  }
}

/**
 * Four rows of a product with a transposed: `out[r, c] = Σ_k a[k, r] · b[k, c]` for r = 0…3, a
 * `[inner, ≥ 4]`, b `[inner, n]`, out `[4, n]`.
 */
export function multiplyTransposed4(
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  out: usize,
  outStride: usize,
  inner: i32,
  n: i32,
): void {
  let c = 0;
  for (; c + 8 <= n; c += 8) {
    let s00 = f32x4.splat(0);
    let s01 = s00;
    let s10 = s00;
    let s11 = s00;
    let s20 = s00;
    let s21 = s00;
    let s30 = s00;
    let s31 = s00;
    let at = a;
    let bt = b + (<usize>c << 2);
    for (let k = 0; k < inner; k++) {
      const b0 = v128.load(bt);
      const b1 = v128.load(bt, 16);
      let x = v128.load32_splat(at);
      s00 = madd(s00, x, b0);
      s01 = madd(s01, x, b1);
      x = v128.load32_splat(at, 4);
      s10 = madd(s10, x, b0);
      s11 = madd(s11, x, b1);
      x = v128.load32_splat(at, 8);
      s20 = madd(s20, x, b0);
      s21 = madd(s21, x, b1);
      x = v128.load32_splat(at, 12);
      s30 = madd(s30, x, b0);
      s31 = madd(s31, x, b1);
      at += aStride;
      bt += bStride;
    }
    let o = out + (<usize>c << 2);
    v128.store(o, s00);
    v128.store(o, s01, 16);
    o += outStride;
    v128.store(o, s10);
    v128.store(o, s11, 16);
    o += outStride;
    v128.store(o, s20);
    v128.store(o, s21, 16);
    o += outStride;
    v128.store(o, s30);
    v128.store(o, s31, 16);
  }
  if (c == n) return;
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let at = a;
  let bt = b + (<usize>c << 2);
  for (let k = 0; k < inner; k++) {
    const b0 = v128.load(bt);
    s0 = madd(s0, v128.load32_splat(at), b0);
    s1 = madd(s1, v128.load32_splat(at, 4), b0);
    s2 = madd(s2, v128.load32_splat(at, 8), b0);
    s3 = madd(s3, v128.load32_splat(at, 12), b0);
    at += aStride;
    bt += bStride;
  }
  let o = out + (<usize>c << 2);
  v128.store(o, s0);
  o += outStride;
  v128.store(o, s1);
  o += outStride;
  v128.store(o, s2);
  o += outStride;
  v128.store(o, s3);
}

/** `out[c] = Σ_r x[r, c]`, x `[rows, n]`, n a multiple of 4. */
export function columnSums(x: usize, stride: usize, out: usize, rows: i32, n: i32): void {
  for (let c = 0; c < n; c += 4) {
    let sum = f32x4.splat(0);
    let at = x + (<usize>c << 2);
    for (let r = 0; r < rows; r++) {
      sum = f32x4.add(sum, v128.load(at));
      at += stride;
    }
    v128.store(out + (<usize>c << 2), sum);
  }
}
