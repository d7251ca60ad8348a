/*
 * Matrix products in blocks of 2 × 16, and 4 × 8 and 4 × 4 for what is left: eight vectors of sums and
 * six loads are all that V8 keeps in registers, and of two rows fewer addresses move on than of four.
 * Every element of a product is one sum in the order of its index, from its initial value, rounded
 * after each product and each addition: vectors run over independent elements, so the bits are those
 * of the scalar twin (../../typescript/kernels.ts).
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
/** Elements become 0 where the element of `gates` at the same place is not positive, the others `scale`d. */
export const GATE: i32 = 2;

// @ts-expect-error: decorator of AssemblyScript
@inline
export function madd(sum: v128, a: v128, b: v128): v128 {
  return f32x4.add(sum, f32x4.mul(a, b));
}

// @ts-expect-error: decorator of AssemblyScript
@inline
export function put(at: usize, sum: v128, mode: i32, gate: usize, scale: v128): void {
  if (mode == RELU) sum = relu(sum);
  else if (mode == GATE) sum = gated(sum, gate, scale);
  v128.store(at, sum);
}

/** Eight elements of a row: they ask for the mode once. */
// @ts-expect-error: decorator of AssemblyScript
@inline
function put8(at: usize, a: v128, b: v128, mode: i32, gate: usize, scale: v128): void {
  if (mode == PLAIN) {
    v128.store(at, a);
    v128.store(at, b, 16);
  } else if (mode == RELU) {
    v128.store(at, relu(a));
    v128.store(at, relu(b), 16);
  } else {
    v128.store(at, gated(a, gate, scale));
    v128.store(at, gated(b, gate + 16, scale), 16);
  }
}

// @ts-expect-error: decorator of AssemblyScript
@inline
function put16(
  at: usize,
  a: v128,
  b: v128,
  c: v128,
  d: v128,
  mode: i32,
  gate: usize,
  scale: v128,
): void {
  if (mode == PLAIN) {
    v128.store(at, a);
    v128.store(at, b, 16);
    v128.store(at, c, 32);
    v128.store(at, d, 48);
  } else if (mode == RELU) {
    v128.store(at, relu(a));
    v128.store(at, relu(b), 16);
    v128.store(at, relu(c), 32);
    v128.store(at, relu(d), 48);
  } else {
    v128.store(at, gated(a, gate, scale));
    v128.store(at, gated(b, gate + 16, scale), 16);
    v128.store(at, gated(c, gate + 32, scale), 32);
    v128.store(at, gated(d, gate + 48, scale), 48);
  }
}

// @ts-expect-error: decorator of AssemblyScript
@inline
function relu(x: v128): v128 {
  return f32x4.pmax(x, f32x4.splat(0));
}

// @ts-expect-error: decorator of AssemblyScript
@inline
function gated(x: v128, gate: usize, scale: v128): v128 {
  return v128.and(f32x4.mul(x, scale), f32x4.gt(v128.load(gate), f32x4.splat(0)));
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
 * @param gates of the same strides as `out`; like `scale` used in mode GATE only
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
  scale: f32,
): void {
  const scales = f32x4.splat(scale);
  let c = 0;
  for (; c + 16 <= n; c += 16) {
    const column = <usize>c << 2;
    const rowEnd = <usize>inner * bStride + b + column;
    for (let r = 0; r < m; r += 2) {
      let a0 = a + <usize>r * aStride;
      let a1 = a0 + aStride;
      const start = initial + (isSigned<Initial>() ? <usize>r << 2 : column);
      let s00 = isSigned<Initial>() ? initialOfRow(start) : initialOf(start);
      let s01 = isSigned<Initial>() ? s00 : initialOf(start + 16);
      let s02 = isSigned<Initial>() ? s00 : initialOf(start + 32);
      let s03 = isSigned<Initial>() ? s00 : initialOf(start + 48);
      let s10 = isSigned<Initial>() ? initialOfRow(start + 4) : s00;
      let s11 = isSigned<Initial>() ? s10 : s01;
      let s12 = isSigned<Initial>() ? s10 : s02;
      let s13 = isSigned<Initial>() ? s10 : s03;
      let at = b + column;
      while (at != rowEnd) {
        const x0 = v128.load32_splat(a0);
        const x1 = v128.load32_splat(a1);
        const b0 = v128.load(at);
        s00 = madd(s00, x0, b0);
        s10 = madd(s10, x1, b0);
        const b1 = v128.load(at, 16);
        s01 = madd(s01, x0, b1);
        s11 = madd(s11, x1, b1);
        const b2 = v128.load(at, 32);
        s02 = madd(s02, x0, b2);
        s12 = madd(s12, x1, b2);
        const b3 = v128.load(at, 48);
        s03 = madd(s03, x0, b3);
        s13 = madd(s13, x1, b3);
        at += bStride;
        a0 += 4;
        a1 += 4;
      }
      const place = <usize>r * outStride + column;
      put16(out + place, s00, s01, s02, s03, mode, gates + place, scales);
      const below = place + outStride;
      put16(out + below, s10, s11, s12, s13, mode, gates + below, scales);
    }
  }
  if (c + 8 <= n) {
    const column = <usize>c << 2;
    const rowEnd = <usize>inner * bStride + b + column;
    for (let r = 0; r < m; r += 4) {
      let a0 = a + <usize>r * aStride;
      let a1 = a0 + aStride;
      let a2 = a1 + aStride;
      let a3 = a2 + aStride;
      const start = initial + (isSigned<Initial>() ? <usize>r << 2 : column);
      let s00 = isSigned<Initial>() ? initialOfRow(start) : initialOf(start);
      let s01 = isSigned<Initial>() ? s00 : initialOf(start + 16);
      let s10 = isSigned<Initial>() ? initialOfRow(start + 4) : s00;
      let s11 = isSigned<Initial>() ? s10 : s01;
      let s20 = isSigned<Initial>() ? initialOfRow(start + 8) : s00;
      let s21 = isSigned<Initial>() ? s20 : s01;
      let s30 = isSigned<Initial>() ? initialOfRow(start + 12) : s00;
      let s31 = isSigned<Initial>() ? s30 : s01;
      let at = b + column;
      while (at != rowEnd) {
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
      const place = <usize>r * outStride + column;
      let o = out + place;
      let g = gates + place;
      put8(o, s00, s01, mode, g, scales);
      o += outStride;
      g += outStride;
      put8(o, s10, s11, mode, g, scales);
      o += outStride;
      g += outStride;
      put8(o, s20, s21, mode, g, scales);
      o += outStride;
      g += outStride;
      put8(o, s30, s31, mode, g, scales);
    }
    c += 8;
  }
  if (c == n) return;
  const column = <usize>c << 2;
  const rowEnd = <usize>inner * bStride + b + column;
  for (let r = 0; r < m; r += 4) {
    let a0 = a + <usize>r * aStride;
    let a1 = a0 + aStride;
    let a2 = a1 + aStride;
    let a3 = a2 + aStride;
    const start = initial + (isSigned<Initial>() ? <usize>r << 2 : column);
    let s0 = isSigned<Initial>() ? initialOfRow(start) : initialOf(start);
    let s1 = isSigned<Initial>() ? initialOfRow(start + 4) : s0;
    let s2 = isSigned<Initial>() ? initialOfRow(start + 8) : s0;
    let s3 = isSigned<Initial>() ? initialOfRow(start + 12) : s0;
    let at = b + column;
    while (at != rowEnd) {
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
    const place = <usize>r * outStride + column;
    let o = out + place;
    let g = gates + place;
    put(o, s0, mode, g, scales);
    o += outStride;
    g += outStride;
    put(o, s1, mode, g, scales);
    o += outStride;
    g += outStride;
    put(o, s2, mode, g, scales);
    o += outStride;
    g += outStride;
    put(o, s3, mode, g, scales);
  }
}

/**
 * Eight columns of four rows of a product with a transposed: `out[r, c] = Σ_k a[k, r] · b[k, c]` for
 * r = 0…3, a `[inner, ≥ 4]`, b `[inner, ≥ 8]`, out `[4, 8]`.
 */
// @ts-expect-error: decorator of AssemblyScript
@inline
export function multiplyTransposed4x8(
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  out: usize,
  outStride: usize,
  inner: i32,
): void {
  let s00 = f32x4.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  const end = a + <usize>inner * aStride;
  while (a != end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    s00 = madd(s00, x, b0);
    s01 = madd(s01, x, b1);
    x = v128.load32_splat(a, 4);
    s10 = madd(s10, x, b0);
    s11 = madd(s11, x, b1);
    x = v128.load32_splat(a, 8);
    s20 = madd(s20, x, b0);
    s21 = madd(s21, x, b1);
    x = v128.load32_splat(a, 12);
    s30 = madd(s30, x, b0);
    s31 = madd(s31, x, b1);
    a += aStride;
    b += bStride;
  }
  v128.store(out, s00);
  v128.store(out, s01, 16);
  out += outStride;
  v128.store(out, s10);
  v128.store(out, s11, 16);
  out += outStride;
  v128.store(out, s20);
  v128.store(out, s21, 16);
  out += outStride;
  v128.store(out, s30);
  v128.store(out, s31, 16);
}

/** The same of four columns: b `[inner, ≥ 4]`, out `[4, 4]`. */
// @ts-expect-error: decorator of AssemblyScript
@inline
export function multiplyTransposed4x4(
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  out: usize,
  outStride: usize,
  inner: i32,
): void {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  const end = a + <usize>inner * aStride;
  while (a != end) {
    const b0 = v128.load(b);
    s0 = madd(s0, v128.load32_splat(a), b0);
    s1 = madd(s1, v128.load32_splat(a, 4), b0);
    s2 = madd(s2, v128.load32_splat(a, 8), b0);
    s3 = madd(s3, v128.load32_splat(a, 12), b0);
    a += aStride;
    b += bStride;
  }
  v128.store(out, s0);
  out += outStride;
  v128.store(out, s1);
  out += outStride;
  v128.store(out, s2);
  out += outStride;
  v128.store(out, s3);
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
