import { hiddenWidths, layersOf, type Network } from '../network/layout';
import { coupledSums, dividedByMean } from './importance';
import type { PruningRequest } from './request';
import type { Selection } from './selection';
import { selectByThreshold } from './threshold';

/**
 * Torch-Pruning's global structured pruning with its default score, `GroupNormImportance` with p = 2:
 * (Σ incoming² + Σ outgoing²)/2 divided by its mean over the layer, where the factor ½ cancels exactly.
 * test/fixtures/pruning.json holds the library's own results.
 */
export function selectAsTorchPruning(
  network: Network,
  { ratio, originalWidths }: Pick<PruningRequest, 'ratio' | 'originalWidths'>,
): Selection {
  const layers = layersOf(network);
  const lists = layers
    .slice(0, -1)
    .map((layer, l) => dividedByMean(coupledSums(layer, layers[l + 1], 2)));
  return selectByThreshold(lists, hiddenWidths(network.layout), ratio, originalWidths);
}
