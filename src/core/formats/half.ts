/*
 * The 16-bit floating-point types F16 (IEEE 754 binary16) and BF16 (the upper half of a binary32), held in
 * memory as float32, which represents all of their values exactly.
 */

/** Distance between neighbouring subnormal F16 values, 2⁻²⁴. */
const HALF_STEP = 5.9604644775390625e-8;
/** Smallest normal F16 value, 2⁻¹⁴. */
const HALF_NORMAL = 6.103515625e-5;
/** Smallest value that rounds to infinity in F16: half a step above the largest value, 65504. */
const HALF_OVERFLOW = 65520;
/** Adding and subtracting 2⁵² rounds a smaller double to an integer, ties to even. */
const ROUND_TO_WHOLE = 4503599627370496;
/** Difference of the exponent biases of float32 and F16, at the position of float32's exponent. */
const HALF_REBIAS = (127 - 15) << 23;

/** Converts F16 bit patterns to float32, exactly. */
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

/** Converts float32 to F16 bit patterns, rounded to nearest, ties to even; NaN becomes a quiet NaN. */
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

/** Converts BF16 bit patterns to float32, exactly. */
export function widenBfloat(patterns: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(patterns, (pattern) => pattern << 16).buffer);
}

/** Converts float32 to BF16 bit patterns, rounded to nearest, ties to even; NaN becomes a quiet NaN. */
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

/** Drops the lowest bits of a magnitude, rounding to nearest, ties to even; a carry moves into the exponent. */
function roundAway(bits: number, drop: number): number {
  return (bits + (1 << (drop - 1)) - 1 + ((bits >>> drop) & 1)) >>> drop;
}
