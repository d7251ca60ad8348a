import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  narrowToBfloat,
  narrowToHalf,
  widenBfloat,
  widenHalf,
} from '../../../src/core/formats/half';

const PATTERNS = Uint16Array.from({ length: 65536 }, (_, pattern) => pattern);

/** F16 by its definition (IEEE 754, 3.4) in exact float64 arithmetic. */
function half(pattern: number): number {
  const sign = pattern >> 15 === 0 ? 1 : -1;
  const exponent = (pattern >> 10) & 31;
  const fraction = (pattern & 1023) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
}

/** The pattern of the nearest of all values, the even one of two. */
function nearest(values: Float32Array, x: number): number {
  let best = 0;
  for (let pattern = 1; pattern <= 0x7c00; pattern++) {
    // Infinity counts as the value that would follow the largest one.
    const value = pattern === 0x7c00 ? 65536 : values[pattern];
    const closer = Math.abs(value - x) - Math.abs((best === 0x7c00 ? 65536 : values[best]) - x);
    if (closer < 0 || (closer === 0 && pattern % 2 === 0)) best = pattern;
  }
  return best;
}

describe('16-bit floats', () => {
  it('widen to the value that the definition gives, for every pattern of F16', () => {
    assert.deepEqual([...widenHalf(PATTERNS)], Array.from(PATTERNS, half));
  });

  it('widen BF16 to the float32 whose upper half they are', () => {
    assert.deepEqual(
      widenBfloat(Uint16Array.of(0x3fc0, 0x8000, 0xff80, 0x0001)),
      Float32Array.of(1.5, -0, -Infinity, 2 ** -133),
    );
  });

  it('come back as the same pattern, NaN as the quiet one of its sign', () => {
    const quiet = (infinity: number, nan: number) =>
      PATTERNS.map((pattern) =>
        (pattern & 0x7fff) > infinity ? (pattern & 0x8000) | nan : pattern,
      );
    assert.deepEqual(narrowToHalf(widenHalf(PATTERNS)), quiet(0x7c00, 0x7e00));
    assert.deepEqual(narrowToBfloat(widenBfloat(PATTERNS)), quiet(0x7f80, 0x7fc0));
  });

  it('round a float32 to the nearest F16, ties to even', () => {
    const values = widenHalf(PATTERNS);
    const neighbours = fc
      .integer({ min: 0, max: 0x7bfe })
      .map((p) => Math.fround((values[p] + values[p + 1]) / 2));
    const anything = fc.float({ min: 0, max: 65535, noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.oneof(neighbours, anything), (x) => {
        assert.deepEqual([...narrowToHalf(Float32Array.of(x))], [nearest(values, x)]);
      }),
    );
    assert.deepEqual(
      [...narrowToHalf(Float32Array.of(65519.996, 65520, 2 ** -25, -(2 ** -24) * 1.5))],
      [0x7bff, 0x7c00, 0, 0x8002],
    );
  });

  it('round a float32 to the nearest BF16, ties to even', () => {
    const bits = Uint32Array.of(0x3f808000, 0x3f818000, 0x3f808001, 0x7f7fffff, 0xbf807fff);
    assert.deepEqual(
      [...narrowToBfloat(new Float32Array(bits.buffer))],
      [0x3f80, 0x3f82, 0x3f81, 0x7f80, 0xbf80],
    );
  });
});
