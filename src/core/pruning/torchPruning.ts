import { hiddenWidths, layersOf, type Network } from '../network/layout';
import { coupledSums, dividedByMean } from './importance';
import type { Selection } from './selection';
import { selectByThreshold } from './threshold';

/**
 * Torch-Pruning's global structured pruning with its default score, `GroupNormImportance` with p = 2:
 * (Σ incoming² + Σ outgoing²)/2 by its mean over the layer; the half cancels to the last bit.
 * test/fixtures/pruning.json holds what that library removes.
 */
export function selectAsTorchPruning(network: Network, ratio: number): Selection {
  const layers = layersOf(network);
  const lists = layers
    .slice(0, -1)
    .map((layer, l) => dividedByMean(coupledSums(layer, layers[l + 1], 2)));
  return selectByThreshold(lists, hiddenWidths(network.layout), ratio);
}
