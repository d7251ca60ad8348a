/*
 * Logarithm and exponential from + − × ÷ alone. IEEE 754 fixes those to the last bit; `Math.log` and
 * `Math.exp` it does not, and JavaScript engines differ. What is stored must have the same bytes on
 * every machine, so it uses these. Both are within 2 ulp of the true value.
 */

/** ln 2 in two parts, the first with trailing zeros so that small multiples of it are exact. */
const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;

const bits = new DataView(new ArrayBuffer(8));

/** Natural logarithm; −∞ at 0, NaN below. Range reduction to [√½, √2), then the series of artanh. */
export function ln(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  let exponent = 0;
  if (x < 2.2250738585072014e-308) {
    x *= 2 ** 54; // subnormal
    exponent = -54;
  }
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  exponent += (high >>> 20) - 1023;
  bits.setUint32(0, (high & 0xfffff) | 0x3ff00000);
  let mantissa = bits.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const s2 = s * s;
  let sum = 0;
  for (let k = 23; k >= 3; k -= 2) sum = (sum + 1 / k) * s2;
  return exponent * LN2_HIGH + (2 * s * sum + exponent * LN2_LOW + 2 * s);
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
  return x * powerOfTwo(half) * powerOfTwo(k - half);
}

function powerOfTwo(k: number): number {
  bits.setUint32(0, (k + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}
