import type { Specimen } from '../network/specimen';
import { limitsOf, nearestEvenCount, sum, takeInOrder } from './exactCount';
import type { PruningNote } from './notes';
import { groupSizes, type PruningRequest } from './request';
import type { ScoreSources } from './sources';
import { maskedWeights, weightRanges } from './weightMask';
import { weightScores } from './weightScores';

/** The weights that a method chose to mask. */
export interface WeightSelection {
  /** `[parameters]`: 1 kept, 0 masked, now or before. */
  readonly mask: Uint8Array;
  /** Number of ranked weights. */
  readonly weights: number;
  /** How many of them the request wants masked in all, and how many are. */
  readonly wanted: number;
  readonly reached: number;
  readonly notes: readonly PruningNote[];
}

/**
 * Unstructured pruning: masks the weights of lowest score, in the whole network or in each Linear layer, until as
 * many are masked as requested. Weights that are masked already are not ranked and remain masked. Ties are
 * broken by layer and position. Counts are those of `torch.nn.utils.prune`.
 * @throws LabError where a source of the scores is missing or does not fit
 */
export function selectWeights(
  specimen: Specimen,
  request: PruningRequest,
  sources: ScoreSources,
): WeightSelection {
  const { ratio, scope, count, caps } = request;
  const sizes = groupSizes(request, specimen.layout.widths);
  const ranges = weightRanges(specimen.layout).slice(0, sizes.length);
  const masked = maskedWeights(specimen).slice(0, sizes.length);
  const perLayer =
    typeof count === 'object' ? count : sizes.map((size) => nearestEvenCount(size, ratio));
  const wanted =
    scope === 'layer' || typeof count === 'object'
      ? sum(perLayer)
      : (count ?? nearestEvenCount(sum(sizes), ratio));
  const goal =
    scope === 'layer'
      ? perLayer.map((all, layer) => Math.max(0, all - masked[layer]))
      : Math.max(0, wanted - sum(masked));

  const limits = limitsOf(caps, sizes, masked, 0);
  const { removed, stopped } = takeInOrder(
    orderOf(specimen, request, sources),
    goal,
    sizes,
    limits,
  );
  const mask = specimen.mask?.slice() ?? new Uint8Array(specimen.parameters.length).fill(1);
  removed.forEach((positions, layer) => {
    for (const position of positions) mask[ranges[layer].start + position] = 0;
  });
  const now = removed.map(({ length }, layer) => masked[layer] + length);
  return {
    mask,
    weights: sum(sizes),
    wanted,
    reached: sum(now),
    notes: [
      ...stopped.map((layer): PruningNote => {
        return { kind: 'weight-cap-reached', layer, masked: now[layer] };
      }),
      ...now.flatMap((all, layer): PruningNote[] =>
        all === sizes[layer] ? [{ kind: 'layer-masked', layer, weights: all }] : [],
      ),
    ],
  };
}

/** Unmasked weights by ascending score, as positions through the weights of the ranked layers, without biases. */
function orderOf(specimen: Specimen, request: PruningRequest, sources: ScoreSources): Uint32Array {
  const all = weightScores(specimen, request, sources);
  const ranges = weightRanges(specimen.layout).slice(
    0,
    groupSizes(request, specimen.layout.widths).length,
  );
  const scores = new Float64Array(sum(ranges.map(({ length }) => length)));
  const candidates: number[] = [];
  let next = 0;
  for (const { start, length } of ranges) {
    for (let i = start; i < start + length; i++, next++) {
      scores[next] = all[i];
      if (specimen.mask?.[i] !== 0) candidates.push(next);
    }
  }
  return Uint32Array.from(candidates).sort((a, b) => scores[a] - scores[b] || a - b);
}
