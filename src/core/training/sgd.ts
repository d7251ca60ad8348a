import { MIN_MEAN } from './adam';

const { fround } = Math;

/** Hyperparameters of stochastic gradient descent, with PyTorch's names and defaults. */
export interface SgdOptions {
  readonly learningRate: number;
  /** In [0, 1); by default 0. */
  readonly momentum?: number;
}

/**
 * One step of stochastic gradient descent in float32, with PyTorch's operations in PyTorch's order
 * (`torch.optim.sgd._single_tensor_sgd`, without dampening): b ← μ b + g; θ ← θ − α b. PyTorch's buffer b
 * begins as a copy of the first gradient, which is what a buffer of 0 becomes. As in `adamUpdate`, a buffer
 * below the smallest normal number becomes 0.
 * @param buffer is left alone without momentum
 */
export function sgdUpdate(
  parameters: Float32Array,
  gradients: Float32Array,
  buffer: Float32Array,
  { learningRate, momentum = 0 }: SgdOptions,
): void {
  const keep = fround(momentum);
  const rate = fround(-learningRate);
  if (keep === 0) {
    for (let i = 0; i < parameters.length; i++) {
      parameters[i] = fround(parameters[i] + fround(rate * gradients[i]));
    }
    return;
  }
  for (let i = 0; i < parameters.length; i++) {
    const moved = fround(fround(buffer[i] * keep) + gradients[i]);
    const b = Math.abs(moved) < MIN_MEAN ? 0 : moved;
    buffer[i] = b;
    parameters[i] = fround(parameters[i] + fround(rate * b));
  }
}
