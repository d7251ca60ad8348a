/*
 * Matrix products that leave out what is zero. Behind a ReLU, and behind dropout, half of the values or
 * more are 0, and so are the deltas that come back. Such a row is first reduced to its terms: its
 * non-zero elements, and where the rows of the other matrix stand that they multiply. Then vectors run
 * along these rows. Every element of the product is still one sum in the order of its index; terms of 0
 * change no sum that is not −0 (see {@link initialOf} in ./matrices.ts), so the bits are those of the
 * whole product, and of the twin.
 */
import { AdamFactors, adamUpdate } from './adam';
import { initialOf, madd, PLAIN, put } from './matrices';

/** Columns of a block: seven sums and seven loads, all the registers there are. */
const WIDE: i32 = 28;
/** Columns of the blocks for what is left. */
const NARROW: i32 = 16;
/** Products with fewer columns are not worth it. */
export const OPEN_COLUMNS: i32 = 48;

/** Per mask of 4 elements the bytes of the elements it holds, moved to the front. */
const FRONT: usize = memory.data(256, 16);
for (let mask = 0; mask < 16; mask++) {
  let to: usize = FRONT + (<usize>mask << 4);
  for (let element = 0; element < 4; element++) {
    if (!((mask >> element) & 1)) continue;
    for (let byte = 0; byte < 4; byte++) store<u8>(to++, <u8>(4 * element + byte));
  }
}

/** The non-zero elements of a row, in order: `[count]` of each. */
@unmanaged
export class Terms {
  values: usize;
  /** Bytes from the first row of the other matrix to theirs. */
  places: usize;
  /** Bytes of either: 4 · count. */
  bytes: usize;
}

// @ts-expect-error: decorator of AssemblyScript
@inline
function append(terms: Terms, values: v128, places: v128, among: v128): void {
  const mask = i32x4.bitmask(v128.and(f32x4.ne(values, f32x4.splat(0)), among));
  const front = v128.load(FRONT + (<usize>mask << 4));
  v128.store(terms.values + terms.bytes, i8x16.swizzle(values, front));
  v128.store(terms.places + terms.bytes, i8x16.swizzle(places, front));
  terms.bytes += <usize>popcnt(mask) << 2;
}

/** The terms of a row of `n` elements, 0 up to a multiple of 4; the other matrix has rows of `step` bytes. */
function rowTerms(terms: Terms, x: usize, n: i32, step: usize): void {
  const all = i32x4.splat(-1);
  const four = i32x4.splat(<i32>step << 2);
  let places = i32x4.mul(i32x4.splat(<i32>step), i32x4(0, 1, 2, 3));
  terms.bytes = 0;
  for (let k = 0; k < n; k += 4) {
    append(terms, v128.load(x + (<usize>k << 2)), places, all);
    places = i32x4.add(places, four);
  }
}

/** The terms of four columns of x, `[rows, ≥ 4]`. */
export function columnTerms4(terms: Terms, x: usize, stride: usize, rows: i32, step: usize): void {
  const first = terms;
  const second = next(first);
  const third = next(second);
  const fourth = next(third);
  first.bytes = second.bytes = third.bytes = fourth.bytes = 0;
  const four = i32x4.splat(<i32>step << 2);
  let places = i32x4.mul(i32x4.splat(<i32>step), i32x4(0, 1, 2, 3));
  const end = i32x4.splat(<i32>step * rows);
  for (let r = 0; r < rows; r += 4) {
    const r0 = v128.load(x);
    const r1 = v128.load(x + stride);
    const r2 = v128.load(x + 2 * stride);
    const r3 = v128.load(x + 3 * stride);
    x += 4 * stride;
    const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    // Padding rows hold anything.
    const among = i32x4.lt_s(places, end);
    append(first, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5), places, among);
    append(second, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7), places, among);
    append(third, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), places, among);
    append(fourth, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7), places, among);
    places = i32x4.add(places, four);
  }
}

// @ts-expect-error: decorator of AssemblyScript
@inline
export function next(terms: Terms): Terms {
  return changetype<Terms>(changetype<usize>(terms) + offsetof<Terms>());
}

/**
 * `out[r, c] = initial[c] + Σ_k a[r, k] · b[k, c]` over the terms of each row of a; otherwise as
 * `multiply` in ./matrices.ts.
 * @param rows any number
 * @param n at least {@link OPEN_COLUMNS}
 */
export function multiplyOpen(
  terms: Terms,
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  initial: usize,
  out: usize,
  outStride: usize,
  rows: i32,
  inner: i32,
  n: i32,
  mode: i32,
  gates: usize,
  scale: f32,
): void {
  const scales = f32x4.splat(scale);
  for (let r = 0; r < rows; r++) {
    rowTerms(terms, a, inner, bStride);
    for (let c = 0; c < n; ) {
      const wide = isWide(c, n);
      const width = wide ? WIDE : NARROW;
      // The last block may take columns again: they get the same values.
      const at = <usize>min(c, n - width) << 2;
      if (wide) sum28(terms, b + at, initial + at, out + at, mode, gates + at, scales);
      else sum16(terms, b + at, initial + at, out + at, mode, gates + at, scales);
      c += width;
    }
    a += aStride;
    out += outStride;
    gates += outStride;
  }
}

/**
 * A step of Adam on a row of weights, whose gradients are the sums over the terms of rows of x. Block by
 * block: while Adam divides, the next sums already multiply and add.
 * @param gradients scratch, `[n]`
 * @param n at least {@link OPEN_COLUMNS}
 */
export function descendOpen(
  terms: Terms,
  x: usize,
  zeros: usize,
  gradients: usize,
  n: i32,
  weights: usize,
  mean: usize,
  square: usize,
  factors: AdamFactors,
): void {
  for (let c = 0; c < n; ) {
    const wide = isWide(c, n);
    const width = wide ? WIDE : NARROW;
    const at = <usize>min(c, n - width) << 2;
    if (wide) sum28(terms, x + at, zeros, gradients + at, PLAIN, 0, f32x4.splat(0));
    else sum16(terms, x + at, zeros, gradients + at, PLAIN, 0, f32x4.splat(0));
    // Columns that the last block takes again have been updated.
    const own = <usize>c << 2;
    const count = min(width, n - c);
    adamUpdate(weights + own, gradients + own, mean + own, square + own, count, factors);
    c += width;
  }
}

// @ts-expect-error: decorator of AssemblyScript
@inline
function isWide(c: i32, n: i32): bool {
  return n - c > NARROW && n >= WIDE;
}

function sum28(
  terms: Terms,
  b: usize,
  initial: usize,
  out: usize,
  mode: i32,
  gates: usize,
  scale: v128,
): void {
  let s0 = initialOf(initial);
  let s1 = initialOf(initial + 16);
  let s2 = initialOf(initial + 32);
  let s3 = initialOf(initial + 48);
  let s4 = initialOf(initial + 64);
  let s5 = initialOf(initial + 80);
  let s6 = initialOf(initial + 96);
  let value = terms.values;
  let place = terms.places;
  const end = value + terms.bytes;
  while (value < end) {
    const x = v128.load32_splat(value);
    const row = b + <usize>load<u32>(place);
    s0 = madd(s0, x, v128.load(row));
    s1 = madd(s1, x, v128.load(row, 16));
    s2 = madd(s2, x, v128.load(row, 32));
    s3 = madd(s3, x, v128.load(row, 48));
    s4 = madd(s4, x, v128.load(row, 64));
    s5 = madd(s5, x, v128.load(row, 80));
    s6 = madd(s6, x, v128.load(row, 96));
    value += 4;
    place += 4;
  }
  put(out, s0, mode, gates, scale);
  put(out + 16, s1, mode, gates + 16, scale);
  put(out + 32, s2, mode, gates + 32, scale);
  put(out + 48, s3, mode, gates + 48, scale);
  put(out + 64, s4, mode, gates + 64, scale);
  put(out + 80, s5, mode, gates + 80, scale);
  put(out + 96, s6, mode, gates + 96, scale);
}

function sum16(
  terms: Terms,
  b: usize,
  initial: usize,
  out: usize,
  mode: i32,
  gates: usize,
  scale: v128,
): void {
  let s0 = initialOf(initial);
  let s1 = initialOf(initial + 16);
  let s2 = initialOf(initial + 32);
  let s3 = initialOf(initial + 48);
  let value = terms.values;
  let place = terms.places;
  const end = value + terms.bytes;
  while (value < end) {
    const x = v128.load32_splat(value);
    const row = b + <usize>load<u32>(place);
    s0 = madd(s0, x, v128.load(row));
    s1 = madd(s1, x, v128.load(row, 16));
    s2 = madd(s2, x, v128.load(row, 32));
    s3 = madd(s3, x, v128.load(row, 48));
    value += 4;
    place += 4;
  }
  put(out, s0, mode, gates, scale);
  put(out + 16, s1, mode, gates + 16, scale);
  put(out + 32, s2, mode, gates + 32, scale);
  put(out + 48, s3, mode, gates + 48, scale);
}
