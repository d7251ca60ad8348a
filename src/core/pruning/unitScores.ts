import { invalid } from '../errors';
import { hiddenWidths, neuronCount, type Network } from '../network/layout';
import { permutation } from '../random/torch';
import { activityScores } from './activityScores';
import { normImportance } from './importance';
import { unitScoreOf } from './methods';
import { PRUNING_DEFAULTS, type PruningRequest } from './request';
import { requireSource, type ScoreSources } from './sources';

/** What scores of units depend on. */
export type UnitScoreRequest = Pick<PruningRequest, 'method' | 'norm' | 'normalize'>;

/**
 * The score of every hidden unit, per hidden layer `[units]`, as its source defines it: the lowest are removed,
 * except by `apoz` and `inverse`, where the highest are ({@link removesHighest}). `inverse` has the scores of
 * `magnitude`; `random` scores are places in one uniform permutation of all units, which is uniform in each
 * layer too.
 * @throws LabError where a source is missing or does not fit the network, or the method does not score units
 */
export function unitScores(
  network: Network,
  { method, norm, normalize }: UnitScoreRequest,
  sources: ScoreSources = {},
): Float64Array[] {
  const score = unitScoreOf(method);
  switch (score) {
    case 'magnitude':
    case 'inverse':
      return normImportance(
        network,
        norm ?? PRUNING_DEFAULTS.norm,
        normalize ?? PRUNING_DEFAULTS.normalize,
      );
    case 'taylor':
    case 'taylor-gate':
    case 'activation':
    case 'apoz':
      return activityScores(network, requireSource(sources, 'data', method))[score];
    case 'random': {
      const order = permutation(
        requireSource(sources, 'random', method),
        neuronCount(network.layout),
      );
      const places = new Float64Array(order.length);
      order.forEach((unit, place) => (places[unit] = place));
      let start = 0;
      return hiddenWidths(network.layout).map((width) => places.slice(start, (start += width)));
    }
    case undefined:
      throw invalid(`"${method}" does not score units`, { field: 'method' });
  }
}
