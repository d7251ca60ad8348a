import { invalid } from '../errors';
import { hiddenWidths, neuronCount, type Network } from '../network/layout';
import type { BitSource } from '../random/bitSource';
import { permutation } from '../random/torch';
import { limitsOf, nearestCount, takeInOrder } from './exactCount';
import type { PruningRequest } from './request';
import type { Selection } from './selection';

/**
 * The random baseline: removes hidden units in the order of one uniform permutation of all of them, as many
 * as requested, under the same caps and minimum as the method that it is compared with, or exactly as many
 * from each layer as `perLayer` says. Restricted to a layer, a uniform permutation is uniform too.
 * @throws LabError without a source of random bits
 */
export function selectAtRandom(
  network: Network,
  request: PruningRequest,
  random: BitSource | undefined,
): Selection {
  if (random === undefined) {
    throw invalid('"random-structured" needs a source of random bits', { field: 'random' });
  }
  const widths = hiddenWidths(network.layout);
  const units = neuronCount(network.layout);
  const wanted = nearestCount(units, request.ratio);
  const count = request.perLayer?.reduce((sum, n) => sum + n, 0) ?? wanted;
  const order = permutation(random, units);
  return { wanted, ...takeInOrder(order, count, widths, limitsOf(request, widths)) };
}
