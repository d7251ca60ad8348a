import { layersOf, type Network } from '../../../src/core/network/layout';

/** Values of a network for one sample, computed directly in float64. */
export interface OracleRun {
  /** Pre-activations of all hidden layers. */
  readonly features: number[];
  readonly outputs: number[];
}

/** Runs a network on one sample from its inputs, or on from the pre-activations of layer `start`. */
export function run(network: Network, sample: readonly number[], start = 0): OracleRun {
  const { activations } = network.layout;
  const layers = layersOf(network);
  const features: number[] = [];
  let values = [...sample];
  for (let l = start; l < layers.length; l++) {
    if (l > 0) {
      features.push(...values);
      if (activations[l - 1] === 'relu') values = values.map((value) => Math.max(0, value));
    }
    const { weights, biases, inputs } = layers[l];
    values = Array.from(biases, (bias, o) =>
      values.reduce((sum, value, i) => sum + weights[o * inputs + i] * value, bias),
    );
  }
  return { features, outputs: values };
}

/** Row `r` of a `[rows, width]` array. */
export function row(values: ArrayLike<number>, width: number, r: number): number[] {
  return Array.from({ length: width }, (_, i) => values[r * width + i]);
}

/** Largest |a − b|; Infinity when the lengths differ. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}
