import { affine, relu } from '../engine/typescript/kernels';
import { isRelu, layersOf, neuronCount, type LinearLayer, type Network } from '../network/layout';
import { Pacer, type Pace } from '../stop';

/** Samples per block, chosen so that the buffers stay in the cache. */
const BLOCK_SAMPLES = 256;

/**
 * The features of samples: the pre-activations of all hidden layers, layer by layer.
 * @param seeds inputs of the feature model, `[samples, inputs]`
 * @returns `[samples, F]`
 */
export function featuresOf(model: Network, seeds: Float32Array): Float32Array {
  const evaluation = evaluationFor(model, seeds.length / model.layout.widths[0]);
  evaluateRows(model, layersOf(model), seeds, 0, evaluation, 0);
  return evaluation.features;
}

/** Outputs of the feature model. */
export interface FeatureEvaluation {
  /** `[samples, F]` */
  readonly features: Float32Array;
  /** `[samples, outputDim]` */
  readonly outputs: Float32Array;
}

/**
 * Runs the feature model in the arithmetic of the TypeScript engine, whichever engine is in use.
 * @param from content of `values`: `seeds`, the inputs `[samples, inputs]`, or `first-features`, the
 *   features of the first hidden layer `[samples, hidden[0]]`
 */
export async function evaluateFeatureModel(
  model: Network,
  from: 'seeds' | 'first-features',
  values: Float32Array,
  pace: Pace,
): Promise<FeatureEvaluation> {
  const start = from === 'seeds' ? 0 : 1;
  const width = model.layout.widths[start];
  const samples = values.length / width;
  const evaluation = evaluationFor(model, samples);
  const layers = layersOf(model);
  const pacer = new Pacer(pace);
  for (let row = 0; row < samples; row += BLOCK_SAMPLES) {
    const rows = Math.min(BLOCK_SAMPLES, samples - row);
    await pacer.spend(2 * rows * model.parameters.length);
    const block = values.subarray(row * width, (row + rows) * width);
    evaluateRows(model, layers, block, start, evaluation, row);
  }
  return evaluation;
}

function evaluationFor(model: Network, samples: number): FeatureEvaluation {
  const outputDim = model.layout.widths[model.layout.widths.length - 1];
  return {
    features: new Float32Array(samples * neuronCount(model.layout)),
    outputs: new Float32Array(samples * outputDim),
  };
}

/** Continues from layer `start`, whose pre-activations are `values`, and writes rows from `row` on. */
function evaluateRows(
  { layout }: Network,
  layers: readonly LinearLayer[],
  values: Float32Array,
  start: number,
  { features, outputs }: FeatureEvaluation,
  row: number,
): void {
  const F = neuronCount(layout);
  const rows = values.length / layout.widths[start];
  let layer = values.slice();
  let column = 0;
  for (let l = start; ; l++) {
    const width = layout.widths[l];
    if (l === layers.length) {
      outputs.set(layer, row * width);
      return;
    }
    if (l > 0) {
      for (let r = 0; r < rows; r++) {
        features.set(layer.subarray(r * width, (r + 1) * width), (row + r) * F + column);
      }
      column += width;
      if (isRelu(layout.activations[l - 1])) relu(layer, layer.length);
    }
    const next = new Float32Array(rows * layout.widths[l + 1]);
    affine(layer, layers[l].weights, layers[l].biases, next, rows);
    layer = next;
  }
}
