/*
 * Logarithm and exponential from + − × ÷ alone. IEEE 754 defines these to the last bit, but not `Math.log`
 * and `Math.exp`, which differ between JavaScript engines. Stored results must have the same bytes on
 * every machine. `ln` is within 1 ulp of the true value, `exp` within 2.
 */

/** ln 2 in two parts, the first with trailing zeros so that small multiples of it are exact. */
const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;

/** Every power of two that a double can hold, from 2⁻¹⁰⁷⁴ to 2¹⁰²³; all are exact. */
const POWERS_OF_TWO = powersOfTwo();
const MIN_POWER = -1074;

function powersOfTwo(): Float64Array {
  const powers = new Float64Array(2098);
  let power = Number.MIN_VALUE;
  for (let i = 0; i < powers.length; i++, power *= 2) powers[i] = power;
  return powers;
}

/** The bits of a double as two words; on little-endian machines the high word is the second. */
const double = new Float64Array([1]);
const words = new Uint32Array(double.buffer);
const HIGH = words[0] === 0 ? 1 : 0;
/** High word of 1 minus that of √½: adding it to a high word carries into the exponent from √2 on. */
const HALF_BINADE = 0x3ff00000 - 0x3fe6a09e;

/**
 * Natural logarithm; −∞ at 0, NaN below. Range reduction to m = 1 + f in [√½, √2); then, with
 * s = f / (2 + f), ln m = 2 artanh s = 2s + s·R(s²), rearranged so that f, which is exact, leads:
 * f − (f²/2 − s·(f²/2 + R)), as in Ng's fdlibm. R is the minimax polynomial of seven terms on the
 * interval, with an error of 2⁻⁵⁸ (Remez exchange).
 */
export function ln(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  let exponent = -1023;
  if (x < 2.2250738585072014e-308) {
    x *= 2 ** 54; // subnormal
    exponent -= 54;
  }
  double[0] = x;
  const biased = (words[HIGH] + HALF_BINADE) >>> 20;
  exponent += biased;
  // Multiplying is faster than assembling the mantissa's bits, which would stall on a store just made.
  const f = x * POWERS_OF_TWO[1023 - biased - MIN_POWER] - 1;
  const s = f / (2 + f);
  const z = s * s;
  const z2 = z * z;
  const odd =
    0.6666666666666734 +
    z2 * (0.2857142874238801 + z2 * (0.18183564327007024 + z2 * 0.14795949746504108));
  const even = 0.39999999999414676 + z2 * (0.22222198573157717 + z2 * 0.15314050539471846);
  const r = z * odd + z2 * even;
  const half = 0.5 * f * f;
  return exponent * LN2_HIGH - (half - (s * (half + r) + exponent * LN2_LOW) - f);
}

/** eˣ. Range reduction by ln 2, then the Taylor series on |r| ≤ ln 2 / 2. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Infinity;
  if (x < -745.133219101942) return 0;
  const k = Math.round(x / (LN2_HIGH + LN2_LOW));
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  for (let n = 14; n >= 1; n--) sum = 1 + (sum * r) / n;
  return scaleByPowerOfTwo(sum, k);
}

/** x^p for x > 0, through {@link ln} and {@link exp}. */
export function power(x: number, p: number): number {
  return x === 0 ? (p === 0 ? 1 : p > 0 ? 0 : Infinity) : exp(p * ln(x));
}

function scaleByPowerOfTwo(x: number, k: number): number {
  // In two steps: 2^k itself may be out of range where the product is not.
  const half = Math.trunc(k / 2);
  return x * POWERS_OF_TWO[half - MIN_POWER] * POWERS_OF_TWO[k - half - MIN_POWER];
}
