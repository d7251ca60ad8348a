import { hiddenWidths, type Network } from '../network/layout';
import { limitsOf, nearestCount, sum, takeInOrder, type LayerLimit } from './exactCount';
import { removesHighest } from './methods';
import type { PruningNote } from './notes';
import { groupSizes, type PruningRequest } from './request';
import type { Selection } from './selection';
import type { ScoreSources } from './sources';
import { unitScores } from './unitScores';

/**
 * Structured pruning by a score of units: removes the hidden units that rank first for removal, exactly as many
 * as requested (the nearest integer), in the whole network or in each layer. Ties are broken by layer and
 * position. Every layer keeps at least one unit and the units that its cap protects.
 */
export function selectUnits(
  network: Network,
  request: PruningRequest,
  sources: ScoreSources,
): Selection {
  const { ratio, scope, perLayer, count, caps } = request;
  const widths = hiddenWidths(network.layout);
  const original = groupSizes(request, network.layout.widths);
  const gone = original.map((size, layer) => size - widths[layer]);
  const perGroup =
    typeof count === 'object' ? count : original.map((size) => nearestCount(size, ratio));
  const wanted =
    scope === 'layer' || typeof count === 'object'
      ? sum(perGroup)
      : (count ?? nearestCount(sum(original), ratio));
  const goal =
    perLayer ??
    (scope === 'layer'
      ? perGroup.map((all, layer) => Math.max(0, all - gone[layer]))
      : Math.max(0, wanted - sum(gone)));

  const scores = unitScores(network, request, sources).flatMap((layer) => Array.from(layer));
  const sign = removesHighest(request.method) ? -1 : 1;
  const order = Array.from(scores.keys()).sort((a, b) => sign * (scores[a] - scores[b]) || a - b);
  const limits = limitsOf(caps, original, gone, 1);
  const { removed, stopped } = takeInOrder(order, goal, widths, limits);
  return {
    removed,
    wanted,
    notes: stopped.map((layer) => noteOf(layer, limits[layer])),
  };
}

function noteOf(layer: number, { most, because }: LayerLimit): PruningNote {
  return because === 'cap' ? { kind: 'cap-reached', layer, most } : { kind: 'minimum-kept', layer };
}
