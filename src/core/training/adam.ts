const { fround } = Math;

/** Hyperparameters of Adam (Kingma & Ba 2015), with PyTorch's names and defaults. */
export interface AdamOptions {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** PyTorch's defaults for all but the learning rate. */
export const ADAM_DEFAULTS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** Adam's moving averages for a parameter array, and how many steps it has made. */
export interface AdamState {
  readonly mean: Float32Array;
  readonly square: Float32Array;
  /** β₁ᵗ and β₂ᵗ, by repeated multiplication: `Math.pow` is not the same everywhere. */
  beta1Power: number;
  beta2Power: number;
}

/** The state before the first step, for `length` parameters. */
export function adamState(length: number): AdamState {
  return {
    mean: new Float32Array(length),
    square: new Float32Array(length),
    beta1Power: 1,
    beta2Power: 1,
  };
}

/** The factors of one step, in float64 as PyTorch computes them in Python. */
export interface AdamStep {
  /** lr / (1 − β₁ᵗ) */
  readonly stepSize: number;
  /** √(1 − β₂ᵗ) */
  readonly correction: number;
}

/** Advances the state by a step and returns its factors. */
export function nextAdamStep(
  state: Pick<AdamState, 'beta1Power' | 'beta2Power'>,
  { learningRate, beta1, beta2 }: AdamOptions,
): AdamStep {
  state.beta1Power *= beta1;
  state.beta2Power *= beta2;
  return {
    stepSize: learningRate / (1 - state.beta1Power),
    correction: Math.sqrt(1 - state.beta2Power),
  };
}

/** The smallest normal float32. */
export const MIN_MEAN = 2 ** -126;

/**
 * One step of Adam in float32, with PyTorch's operations in PyTorch's order
 * (`torch.optim.adam._single_tensor_adam`):
 * m ← lerp(m, g, 1 − β₁); v ← v β₂ + (1 − β₂) g g; θ ← θ + (−α m) / (√v / c + ε).
 * `lerp(m, g, w)` is m + (g − m) w for w < ½, otherwise g − (g − m)(1 − w).
 * Every value is rounded to float32 after each operation: bit for bit the result of PyTorch's portable
 * kernels (`ATEN_CPU_CAPABILITY=default`). Its AVX kernels differ in the last bit where they fuse a
 * multiplication with an addition, and its builds with MKL where √v is not correctly rounded.
 * One deliberate difference: a mean below the smallest normal number, 2⁻¹²⁶, becomes 0. In PyTorch the mean
 * of a parameter whose gradient stays 0 ends at a few units of 2⁻¹⁴⁹. Such subnormal numbers never change a
 * parameter, but slow processors down.
 */
export function adamUpdate(
  parameters: Float32Array,
  gradients: Float32Array,
  state: AdamState,
  options: AdamOptions,
): void {
  const { stepSize, correction } = nextAdamStep(state, options);
  const { mean, square } = state;
  const keep = fround(options.beta2);
  const meanRate = fround(1 - options.beta1);
  const meanKeep = fround(1 - meanRate);
  const nearMean = meanRate < 0.5;
  const squareRate = fround(1 - options.beta2);
  const epsilon = fround(options.epsilon);
  const rate = fround(-stepSize);
  const divisor = fround(correction);
  for (let i = 0; i < parameters.length; i++) {
    const g = gradients[i];
    const change = fround(g - mean[i]);
    const moved = nearMean
      ? fround(mean[i] + fround(change * meanRate))
      : fround(g - fround(change * meanKeep));
    const m = Math.abs(moved) < MIN_MEAN ? 0 : moved;
    const v = fround(fround(square[i] * keep) + fround(fround(squareRate * g) * g));
    const denominator = fround(fround(fround(Math.sqrt(v)) / divisor) + epsilon);
    mean[i] = m;
    square[i] = v;
    parameters[i] = fround(parameters[i] + fround(fround(rate * m) / denominator));
  }
}
