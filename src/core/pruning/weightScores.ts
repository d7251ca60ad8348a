import { invalid, LabError } from '../errors';
import type { Network } from '../network/layout';
import { meanLossGradient } from './gradients';
import { prunesWeights, type PruningMethod } from './methods';
import { requireSource, type ScoreSources } from './sources';

/**
 * The score of every weight in the place of its parameter, `[parameters]`; the lowest are masked. Places of
 * biases hold 0: biases are never ranked.
 * - `weights`: |w|
 * - `snip`: |w ∂L/∂w| / Σ |w ∂L/∂w|, the sum over the weights of all layers
 * - `movement`: −Σ_t w_t ∂L/∂w_t over the steps of training, as given
 * @throws LabError where a source is missing or does not fit the network, or the method does not score weights;
 *   (`numeric`) for `snip` where the gradient is 0 for every weight that is not 0
 */
export function weightScores(
  network: Network,
  { method }: { readonly method: PruningMethod },
  sources: ScoreSources = {},
): Float64Array {
  if (!prunesWeights(method))
    throw invalid(`"${method}" does not score weights`, { field: 'method' });
  const { parameters } = network;
  switch (method) {
    case 'weights':
      return withoutBiases(network, Float64Array.from(parameters, Math.abs));
    case 'snip': {
      const gradient = meanLossGradient(network, requireSource(sources, 'data', method));
      const saliency = withoutBiases(
        network,
        gradient.map((g, i) => Math.abs(parameters[i] * g)),
      );
      const total = saliency.reduce((sum, value) => sum + value, 0);
      if (!(total > 0 && total < Infinity)) {
        throw new LabError(
          'numeric',
          `the scores of "snip" are undefined: they are divided by their sum, which is ${total}`,
        );
      }
      return saliency.map((value) => value / total);
    }
    case 'movement': {
      const movement = Float64Array.from(requireSource(sources, 'movement', method));
      if (movement.length !== parameters.length) {
        throw invalid(
          `must hold one for each of ${parameters.length} parameters, not ${movement.length}`,
          { field: 'movement' },
        );
      }
      const wrong = movement.findIndex((value) => !Number.isFinite(value));
      if (wrong >= 0) {
        throw invalid(`must be finite, not ${movement[wrong]}`, { field: `movement[${wrong}]` });
      }
      return withoutBiases(network, movement);
    }
  }
}

/** Sets the places of biases to 0. */
function withoutBiases({ layout }: Network, scores: Float64Array): Float64Array {
  let start = 0;
  for (let l = 1; l < layout.widths.length; l++) {
    const bias = start + layout.widths[l] * layout.widths[l - 1];
    scores.fill(0, bias, (start = bias + layout.widths[l]));
  }
  return scores;
}
