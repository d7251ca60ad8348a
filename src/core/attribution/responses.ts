import { affine, relu } from '../engine/typescript/kernels';
import { isRelu, layersOf, type Network } from '../network/layout';
import type { ComposedNetwork } from './circuit';
import type { GetBuffer } from './buffers';

/** Which hidden neurons to evaluate, and how. */
export interface ResponseOptions {
  /** Index of the first hidden layer to evaluate; all later ones follow. */
  readonly from: number;
  /** Whether to take ReLU neurons after their activation. */
  readonly rectified: boolean;
  /** Whether to subtract the response to no feature, n(0). */
  readonly fromBaseline: boolean;
  /** Where the result is written; newly allocated memory unless given. */
  readonly buffer?: GetBuffer;
}

/**
 * Responses of hidden neurons to each feature alone, n(e_f) or n(e_f) − n(0): `[neurons, features]`.
 * Neurons are computed in float32, in training's order of operations; the difference is float64.
 */
export type Responses = (
  network: Network | ComposedNetwork,
  options: ResponseOptions,
) => Float64Array;

/** {@link Responses} in plain TypeScript. */
export function responses(network: Network, options: ResponseOptions): Float64Array {
  const { widths, activations } = network.layout;
  const [features] = widths;
  const read = widths.slice(1 + options.from, -1);
  const neurons = read.reduce((sum, width) => sum + width, 0);
  const out = options.buffer?.(neurons * features) ?? new Float64Array(neurons * features);
  let at = 0;
  forEachLayer(network, (values, l) => {
    if (l < options.from) return;
    const width = widths[l + 1];
    const shown = options.rectified && isRelu(activations[l]) ? rectifiedCopy(values) : values;
    for (let k = 0; k < width; k++) {
      const baseline = options.fromBaseline ? shown[features * width + k] : 0;
      for (let f = 0; f < features; f++) out[at++] = shown[f * width + k] - baseline;
    }
  });
  return out;
}

/** Visits each hidden layer's values for every feature alone and, last, for none: `[features + 1, width]`. */
function forEachLayer(network: Network, visit: (values: Float32Array, l: number) => void): void {
  const { activations } = network.layout;
  const [first, ...others] = layersOf(network).slice(0, -1);
  if (!first) return;
  const rows = first.inputs + 1;
  let values = new Float32Array(rows * first.outputs);
  for (let o = 0; o < first.outputs; o++) {
    for (let f = 0; f < rows; f++) {
      const weight = f < first.inputs ? first.weights[o * first.inputs + f] : 0;
      values[f * first.outputs + o] = first.biases[o] + weight;
    }
  }
  visit(values, 0);
  others.forEach(({ weights, biases, outputs }, l) => {
    const x = isRelu(activations[l]) ? rectifiedCopy(values) : values;
    values = new Float32Array(rows * outputs);
    affine(x, weights, biases, values, rows);
    visit(values, l + 1);
  });
}

function rectifiedCopy(values: Float32Array): Float32Array {
  const copy = values.slice();
  relu(copy, copy.length);
  return copy;
}
