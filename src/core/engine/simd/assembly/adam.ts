/** What a step of Adam multiplies with, rounded to float32; see ../../../training/adam.ts. */
@unmanaged
export class AdamFactors {
  /** −lr / (1 − β₁ᵗ) */
  rate: f32;
  /** √(1 − β₂ᵗ) */
  divisor: f32;
  /** 1 − β₁ */
  meanRate: f32;
  /** β₂ */
  keep: f32;
  /** 1 − β₂ */
  squareRate: f32;
  epsilon: f32;
}

/** Means below the normal numbers count as 0. */
const LEAST_MEAN: f32 = 1.1754943508222875e-38;

/** One step of Adam on `count` parameters, a multiple of 4. */
// @ts-expect-error: decorator of AssemblyScript
@inline
export function adamUpdate(
  parameters: usize,
  gradients: usize,
  mean: usize,
  square: usize,
  count: i32,
  factors: AdamFactors,
): void {
  adamUpdateRows(parameters, gradients, mean, square, count, 0, 1, factors);
}

/** One step of Adam on some columns, a multiple of 4, of so many rows of `stride` bytes. */
export function adamUpdateRows(
  parameters: usize,
  gradients: usize,
  mean: usize,
  square: usize,
  columns: i32,
  stride: usize,
  rows: i32,
  factors: AdamFactors,
): void {
  const rate = f32x4.splat(factors.rate);
  const divisor = f32x4.splat(factors.divisor);
  const meanRate = f32x4.splat(factors.meanRate);
  const keep = f32x4.splat(factors.keep);
  const squareRate = f32x4.splat(factors.squareRate);
  const epsilon = f32x4.splat(factors.epsilon);
  const least = f32x4.splat(LEAST_MEAN);
  // PyTorch's lerp starts from the nearer end.
  const fromGradient = factors.meanRate >= 0.5;
  const oldRate = f32x4.splat(1 - factors.meanRate);
  let start: usize = 0;
  for (let r = 0; r < rows; r++) {
    const end = start + (<usize>columns << 2);
    for (let i = start; i < end; i += 16) {
      const g = v128.load(gradients + i);
      let m = v128.load(mean + i);
      let v = v128.load(square + i);
      if (!v128.any_true(v128.or(g, m))) {
        // A parameter that is left alone: nothing but its mean square fades.
        v128.store(square + i, f32x4.mul(v, keep));
        continue;
      }
      const distance = f32x4.sub(g, m);
      m = fromGradient
        ? f32x4.sub(g, f32x4.mul(distance, oldRate))
        : f32x4.add(m, f32x4.mul(distance, meanRate));
      m = v128.and(m, f32x4.ge(f32x4.abs(m), least));
      v = f32x4.add(f32x4.mul(v, keep), f32x4.mul(f32x4.mul(squareRate, g), g));
      v128.store(mean + i, m);
      v128.store(square + i, v);
      const denominator = f32x4.add(f32x4.div(f32x4.sqrt(v), divisor), epsilon);
      const p = v128.load(parameters + i);
      v128.store(parameters + i, f32x4.add(p, f32x4.div(f32x4.mul(rate, m), denominator)));
    }
    start += stride;
  }
}

/** Copies four rows of `n` columns, a multiple of 4, into four columns: `out[c, r] = x[r, c]`. */
export function transpose4(x: usize, stride: usize, out: usize, outStride: usize, n: i32): void {
  for (let c = 0; c < n; c += 4) {
    const at = x + (<usize>c << 2);
    const r0 = v128.load(at);
    const r1 = v128.load(at + stride);
    const r2 = v128.load(at + 2 * stride);
    const r3 = v128.load(at + 3 * stride);
    const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    let o = out + <usize>c * outStride;
    v128.store(o, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
    o += outStride;
    v128.store(o, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
    o += outStride;
    v128.store(o, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
    o += outStride;
    v128.store(o, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
  }
}
