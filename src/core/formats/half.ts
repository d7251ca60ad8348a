/*
 * The two 16-bit floating-point types of the field, held as float32: every one of their values is
 * a float32. F16 is IEEE 754 binary16, BF16 the upper half of a binary32.
 */

/** Distance between neighbouring subnormal F16 values, 2⁻²⁴. */
const HALF_STEP = 5.9604644775390625e-8;
/** Smallest normal F16 value, 2⁻¹⁴. */
const HALF_NORMAL = 6.103515625e-5;
/** From here on rounding to F16 gives infinity: half a step above the largest value, 65504. */
const HALF_OVERFLOW = 65520;
/** Adding and subtracting it rounds a smaller double to a whole number, ties to even: 2⁵². */
const ROUND_TO_WHOLE = 4503599627370496;
/** What the exponents' biases of float32 and F16 differ by, at float32's exponent. */
const HALF_REBIAS = (127 - 15) << 23;

/** F16 patterns as float32, exactly. */
export function widenHalf(patterns: Uint16Array): Float32Array {
  const values = new Float32Array(patterns.length);
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < patterns.length; i++) {
    const sign = (patterns[i] & 0x8000) << 16;
    const exponent = (patterns[i] >> 10) & 31;
    const fraction = patterns[i] & 0x3ff;
    if (exponent === 0) values[i] = fraction * (sign === 0 ? HALF_STEP : -HALF_STEP);
    else
      bits[i] = sign | (exponent === 31 ? 0x7f800000 : (exponent + 112) << 23) | (fraction << 13);
  }
  return values;
}

/** float32 as F16 patterns, rounded to nearest, ties to even; NaN becomes a quiet NaN. */
export function narrowToHalf(values: Float32Array): Uint16Array {
  const bits = bitsOf(values);
  return Uint16Array.from(values, (value, i) => {
    const sign = (bits[i] >>> 16) & 0x8000;
    const size = Math.abs(value);
    if (Number.isNaN(value)) return sign | 0x7e00;
    if (size >= HALF_OVERFLOW) return sign | 0x7c00;
    if (size < HALF_NORMAL) return sign | (size / HALF_STEP + ROUND_TO_WHOLE - ROUND_TO_WHOLE);
    return sign | roundAway((bits[i] & 0x7fffffff) - HALF_REBIAS, 13);
  });
}

/** BF16 patterns as float32, exactly. */
export function widenBfloat(patterns: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(patterns, (pattern) => pattern << 16).buffer);
}

/** float32 as BF16 patterns, rounded to nearest, ties to even; NaN becomes a quiet NaN. */
export function narrowToBfloat(values: Float32Array): Uint16Array {
  const bits = bitsOf(values);
  return Uint16Array.from(values, (value, i) => {
    const sign = (bits[i] >>> 16) & 0x8000;
    return sign | (Number.isNaN(value) ? 0x7fc0 : roundAway(bits[i] & 0x7fffffff, 16));
  });
}

function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

/** Drops the lowest bits of a magnitude, rounding to nearest, ties to even; a carry moves up. */
function roundAway(bits: number, drop: number): number {
  return (bits + (1 << (drop - 1)) - 1 + ((bits >>> drop) & 1)) >>> drop;
}
