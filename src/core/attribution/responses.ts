import { affine, relu } from '../engine/typescript/kernels';
import { layersOf, type Network } from '../network/layout';

/**
 * What hidden neurons put out before their activations, at each feature alone and, last, at none: per
 * hidden layer `[width, features + 1]`, float32, in the order of operations of training.
 */
export type Responses = (network: Network) => Float32Array[];

/** In plain TypeScript. */
export function responses(network: Network): Float32Array[] {
  const { activations } = network.layout;
  const [first, ...others] = layersOf(network).slice(0, -1);
  if (!first) return [];
  const rows = first.inputs + 1;
  let x = new Float32Array(rows * first.outputs);
  for (let o = 0; o < first.outputs; o++) {
    for (let f = 0; f < rows; f++) {
      const weight = f < first.inputs ? first.weights[o * first.inputs + f] : 0;
      x[f * first.outputs + o] = first.biases[o] + weight;
    }
  }
  const hidden = [transposed(x, rows)];
  others.forEach(({ weights, biases, outputs }, l) => {
    if (activations[l] === 'relu') relu(x, x.length);
    const values = new Float32Array(rows * outputs);
    affine(x, weights, biases, values, rows);
    hidden.push(transposed(values, rows));
    x = values;
  });
  return hidden;
}

/** `[rows, columns]` to `[columns, rows]`. */
function transposed(values: Float32Array, rows: number): Float32Array {
  const columns = values.length / rows;
  const out = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c];
  }
  return out;
}
