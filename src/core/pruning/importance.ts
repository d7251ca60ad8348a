import { layersOf, type LinearLayer, type Network } from '../network/layout';
import type { Norm } from './request';

/*
 * Importance scores of units. None includes biases: structured magnitude pruning ranks by weights alone
 * (Li et al. 2017, Pruning Filters for Efficient ConvNets; Fang et al. 2023, DepGraph: Towards Any
 * Structural Pruning, whose library includes biases only as an option that is off by default).
 */

/**
 * Mean magnitude of each row, `[outputs]`: Li et al. (2017), the L1 norm of a filter, here divided by
 * the number of its weights as in the thesis.
 */
export function meanRowMagnitudes({ weights, inputs, outputs }: LinearLayer): Float64Array {
  const scores = new Float64Array(outputs);
  for (let k = 0; k < outputs; k++) {
    let sum = 0;
    for (let j = 0; j < inputs; j++) sum += Math.abs(weights[k * inputs + j]);
    scores[k] = sum / inputs;
  }
  return scores;
}

/**
 * Σ|w|ᵖ over the weights of unit c, `[units]`: its row in `incoming` and its column in `outgoing`. Fang et
 * al. (2023), "Group-level Pruning": the importance of a group is the sum over all its coupled weights.
 */
export function coupledSums(
  incoming: LinearLayer,
  outgoing: LinearLayer,
  power: 1 | 2,
): Float64Array {
  const sums = new Float64Array(incoming.outputs);
  const term = (w: number): number => (power === 1 ? Math.abs(w) : w * w);
  for (let c = 0; c < sums.length; c++) {
    for (let j = 0; j < incoming.inputs; j++) {
      sums[c] += term(incoming.weights[c * incoming.inputs + j]);
    }
    for (let k = 0; k < outgoing.outputs; k++) {
      sums[c] += term(outgoing.weights[k * outgoing.inputs + c]);
    }
  }
  return sums;
}

/** Scores divided by their mean, so that layers of different scale compare; NaN where all are 0. */
export function dividedByMean(scores: Float64Array): Float64Array {
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  return scores.map((score) => score / mean);
}

/**
 * Importance of every hidden unit, per hidden layer `[units]`, at least 0: the L1 or L2 norm of its
 * incoming and outgoing weights, divided by the layer's mean if `normalize` (unless all are 0). A norm
 * grows with the number of weights in it: without normalising, units between narrow layers go first.
 */
export function normImportance(network: Network, norm: Norm, normalize: boolean): Float64Array[] {
  const layers = layersOf(network);
  return layers.slice(0, -1).map((layer, l) => {
    const sums = coupledSums(layer, layers[l + 1], norm === 'l1' ? 1 : 2);
    const norms = norm === 'l1' ? sums : sums.map(Math.sqrt);
    return normalize && norms.some((score) => score > 0) ? dividedByMean(norms) : norms;
  });
}
