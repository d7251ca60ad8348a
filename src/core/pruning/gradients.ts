import type { DataSet } from '../data/dataSet';
import { invalid } from '../errors';
import { isRelu, layersOf, parameterCount, type Network } from '../network/layout';

/** One sample's way through a network and back, in float64; the arrays are reused for the next sample. */
export interface SamplePass {
  /** Per layer `[width]`: the inputs, each hidden layer's output after its activation, the outputs. */
  readonly values: readonly Float64Array[];
  /** Per hidden layer `[width]`: ∂ℓ/∂h, ℓ the mean squared error of this sample's outputs. */
  readonly gradients: readonly Float64Array[];
  /** Per Linear layer `[outputs]`: ∂ℓ/∂z, z the layer's output before its activation. */
  readonly deltas: readonly Float64Array[];
}

/**
 * Forward and backward pass of every sample in float64. As in PyTorch, the derivative of a ReLU at 0 is 0.
 * @throws LabError unless the data's inputs and outputs fit the network, or if there are no samples
 */
export function forEachSample(
  network: Network,
  data: DataSet,
  visit: (pass: SamplePass) => void,
): void {
  requireFit(network, data);
  const { widths, activations } = network.layout;
  const layers = layersOf(network).map(({ inputs, outputs, weights, biases }) => {
    return { inputs, outputs, weights: Float64Array.from(weights), biases };
  });
  const rectified = activations.map(isRelu);
  const values = widths.map((width) => new Float64Array(width));
  const gradients = widths.slice(1, -1).map((width) => new Float64Array(width));
  const deltas = widths.slice(1).map((width) => new Float64Array(width));
  const last = layers.length - 1;
  for (let s = 0; s < data.samples; s++) {
    for (let i = 0; i < data.inputDim; i++) values[0][i] = data.inputs[s * data.inputDim + i];
    for (let l = 0; l <= last; l++) {
      const { inputs, outputs, weights, biases } = layers[l];
      for (let k = 0; k < outputs; k++) {
        let sum = biases[k];
        for (let j = 0, at = k * inputs; j < inputs; j++) sum += weights[at + j] * values[l][j];
        values[l + 1][k] = l < last && rectified[l] && sum < 0 ? 0 : sum;
      }
    }
    for (let o = 0; o < data.outputDim; o++) {
      const error = values[last + 1][o] - data.targets[s * data.outputDim + o];
      deltas[last][o] = (2 * error) / data.outputDim;
    }
    for (let l = last; l > 0; l--) {
      const { inputs, outputs, weights } = layers[l];
      const gradient = gradients[l - 1].fill(0);
      for (let k = 0; k < outputs; k++) {
        const delta = deltas[l][k];
        if (delta === 0) continue;
        for (let j = 0, at = k * inputs; j < inputs; j++) gradient[j] += weights[at + j] * delta;
      }
      for (let j = 0; j < inputs; j++) {
        deltas[l - 1][j] = rectified[l - 1] && !(values[l][j] > 0) ? 0 : gradient[j];
      }
    }
    visit({ values, gradients, deltas });
  }
}

/**
 * Gradient of the mean squared error over samples and outputs, `[parameters]`, in float64: the loss that
 * training minimises.
 * @throws LabError unless the data's inputs and outputs fit the network, or if there are no samples
 */
export function meanLossGradient(network: Network, data: DataSet): Float64Array {
  const { widths } = network.layout;
  const gradient = new Float64Array(parameterCount(network.layout));
  forEachSample(network, data, ({ values, deltas }) => {
    let start = 0;
    deltas.forEach((delta, l) => {
      const inputs = widths[l];
      const bias = start + delta.length * inputs;
      for (let k = 0; k < delta.length; k++) {
        if (delta[k] === 0) continue;
        const row = start + k * inputs;
        for (let j = 0; j < inputs; j++) gradient[row + j] += delta[k] * values[l][j];
        gradient[bias + k] += delta[k];
      }
      start = bias + delta.length;
    });
  });
  for (let i = 0; i < gradient.length; i++) gradient[i] /= data.samples;
  return gradient;
}

function requireFit({ layout: { widths } }: Network, data: DataSet): void {
  if (data.samples < 1) throw invalid('must hold at least one sample', { field: 'data.samples' });
  const sizes = { inputDim: widths[0], outputDim: widths[widths.length - 1] };
  for (const field of ['inputDim', 'outputDim'] as const) {
    if (data[field] === sizes[field]) continue;
    throw invalid(`must be ${sizes[field]} as in the network, not ${data[field]}`, {
      field: `data.${field}`,
    });
  }
}
