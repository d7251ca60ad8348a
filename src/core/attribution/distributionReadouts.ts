import type { ReadoutSource } from '../measures/null';
import { layersOf, parameterCount, type Network } from '../network/layout';
import { specimenOf } from '../network/specimen';
import type { AttributionArithmetic } from './arithmetic';
import { reusedBuffer } from './buffers';
import { readDistribution } from './distribution';
import type { ProbeInputs } from './sampleRows';

/** Readouts that are computed together. */
const BLOCK = 256;
/** Operations to sum up a row's difference. */
const PER_ROW = 8;

/**
 * Random readouts as the distribution probe reads them: n(c) = w·(x(c) − x(0)) without a bias, x the encoder,
 * or max(0, n(c)) where readouts are rectified.
 */
export function distributionReadouts(
  encoder: Network,
  inputs: ProbeInputs,
  arithmetic?: AttributionArithmetic,
): ReadoutSource & { readonly operationsPerCell: number } {
  const { features, inputDim, rows } = inputs;
  const origin = outputWithoutFeatures(encoder);
  const buffer = reusedBuffer();
  return {
    features,
    inputDim,
    block: BLOCK,
    operationsPerCell: (rows * (inputDim + PER_ROW)) / features,
    draw(drawn, { rectified, rows: kind }) {
      const neurons = drawn.length / inputDim;
      const layout = {
        widths: [inputDim, neurons, 1],
        activations: [rectified ? ('relu' as const) : ('linear' as const)],
      };
      const readouts = specimenOf(layout, new Float32Array(parameterCount(layout)));
      const [{ weights, biases }] = layersOf(readouts);
      weights.set(drawn);
      for (let k = 0; k < neurons; k++) {
        let bias = 0;
        for (let d = 0; d < inputDim; d++) bias -= weights[k * inputDim + d] * origin[d];
        biases[k] = bias;
      }
      const how = { kinds: [kind], byFeature: rectified, arithmetic, buffer };
      const { effects, activity } = readDistribution(readouts, inputs, how);
      const values = effects[kind]?.absolute;
      if (!values) throw new Error(`the ${kind} rows were not read`);
      return rectified ? { values, activations: activity.present } : { values };
    },
  };
}

/** `[inputDim]`: the encoder's output for no features, x(0). */
function outputWithoutFeatures({ layout, parameters }: Network): Float64Array {
  let x = new Float64Array(layout.widths[0]);
  layersOf({ layout, parameters }).forEach(({ inputs, outputs, weights, biases }, l) => {
    const next = Float64Array.from(biases);
    for (let o = 0; o < outputs; o++) {
      for (let i = 0; i < inputs; i++) next[o] += weights[o * inputs + i] * x[i];
      if (layout.activations[l] === 'relu' && next[o] < 0) next[o] = 0;
    }
    x = next;
  });
  return x;
}
