import { hiddenWidths, neuronCount, type Network } from '../network/layout';
import { limitsOf, nearestCount, takeInOrder } from './exactCount';
import { normImportance } from './importance';
import { PRUNING_DEFAULTS, type PruningRequest } from './request';
import type { Selection } from './selection';

/**
 * Global structured magnitude pruning: removes the hidden units of lowest {@link normImportance} in the
 * whole network, exactly as many as requested (the nearest integer). Ties are broken by layer and position.
 * Every layer keeps at least one unit and the units that its cap protects.
 */
export function selectGlobally(network: Network, request: PruningRequest): Selection {
  const { norm, normalize } = PRUNING_DEFAULTS;
  const { ratio } = request;
  const widths = hiddenWidths(network.layout);
  const wanted = nearestCount(neuronCount(network.layout), ratio);
  const scores = normImportance(
    network,
    request.norm ?? norm,
    request.normalize ?? normalize,
  ).flatMap((layer) => Array.from(layer));
  const order = Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b] || a - b);
  return { wanted, ...takeInOrder(order, wanted, widths, limitsOf(request, widths)) };
}
