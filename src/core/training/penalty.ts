import type { LinearLayer } from '../network/layout';

const { fround } = Math;

/** What a penalty adds up. */
export const PENALTIES = ['activations', 'weights'] as const;

/**
 * A term that is added to the loss to make a network sparse: λ Σ|h| over the hidden activations, averaged
 * over a batch's samples, or λ Σ|w| over the weights of all Linear layers, without the biases. Activations
 * are those that the next layer reads, so after dropout. The sub-gradient at 0 is 0.
 */
export interface Penalty {
  readonly kind: (typeof PENALTIES)[number];
  /** λ, at least 0. */
  readonly lambda: number;
}

/** Adds λ·sign(w) to the gradients of all weights. */
export function addWeightPenalty(
  layers: readonly LinearLayer[],
  gradients: readonly LinearLayer[],
  lambda: number,
): void {
  const pull = fround(lambda);
  layers.forEach(({ weights }, l) => {
    const gradient = gradients[l].weights;
    for (let i = 0; i < weights.length; i++) {
      const w = weights[i];
      gradient[i] += w > 0 ? pull : w < 0 ? -pull : 0;
    }
  });
}

/**
 * Adds the penalty's derivative by the values in front of dropout, λ·s/rows·sign(h), to a layer's deltas.
 * @param values h, after dropout, of which the first `length` count
 * @param lambda λ·s, where s is the factor 1/(1 − p) of units that dropout keeps, or 1
 */
export function addActivationPenalty(
  values: Float32Array,
  deltas: Float32Array,
  length: number,
  rows: number,
  lambda: number,
): void {
  const pull = fround(fround(lambda) / rows);
  for (let i = 0; i < length; i++) {
    const h = values[i];
    deltas[i] += h > 0 ? pull : h < 0 ? -pull : 0;
  }
}
