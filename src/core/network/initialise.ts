import type { BitSource } from '../random/bitSource';
import { uniformBetween } from '../random/torch';
import { layersOf, parameterCount, type Layout } from './layout';

/**
/**
 * Parameters as PyTorch's `nn.Linear` draws them, layer by layer, weight before bias: both uniform
 * within ±1/√fan_in (`kaiming_uniform_` with a = √5 for the weight). Equal to PyTorch's bit for bit when
 * the source is a Mersenne Twister seeded as by `torch.manual_seed`.
 */
export function torchLinearInitialisation(layout: Layout, source: BitSource): Float32Array {
  const parameters = new Float32Array(parameterCount(layout));
  // PyTorch squares its √5 in floating point before it divides.
  const gain = Math.sqrt(2 / (1 + Math.sqrt(5) * Math.sqrt(5)));
  const fill = (values: Float32Array, bound: number): void => {
    for (let i = 0; i < values.length; i++) values[i] = uniformBetween(source, -bound, bound);
  };
  for (const { inputs, weights, biases } of layersOf({ layout, parameters })) {
    fill(weights, Math.sqrt(3) * (gain / Math.sqrt(inputs)));
    fill(biases, 1 / Math.sqrt(inputs));
  }
  return parameters;
}
