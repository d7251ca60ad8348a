import { hiddenWidths, layersOf, type Network } from '../network/layout';
import { meanRowMagnitudes } from './importance';
import type { Selection } from './selection';
import { selectByThreshold } from './threshold';

/**
 * The thesis's pruning as it ran. A hidden layer's scores are the mean |w| of its rows followed by those of
 * the *next* layer's rows: these phantom units fill the pool and trigger the skip rule. Scores are not
 * normalised, so layers of larger fan-in, whose initial weights are smaller, are pruned first. For
 * comparison with the published figures; otherwise use `global-structured`.
 */
export function selectAsThesis(network: Network, ratio: number): Selection {
  const rows = layersOf(network).map(meanRowMagnitudes);
  const lists = rows.slice(0, -1).map((own, l) => Float64Array.of(...own, ...rows[l + 1]));
  return selectByThreshold(lists, hiddenWidths(network.layout), ratio);
}
