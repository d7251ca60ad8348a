import { invalid, requireOneOf } from '../errors';
import { hiddenWidths, layersOf, neuronCount, parameterCount } from '../network/layout';
import type { Specimen } from '../network/specimen';
import type { BitSource } from '../random/bitSource';
import { sum } from './exactCount';
import { applyMask, requireUnits, type Units } from './mask';
import { ALL_METHODS, prunesWeights, unitScoreOf } from './methods';
import type { PruningNote } from './notes';
import { requireRequest, type PruningRequest } from './request';
import type { Selection } from './selection';
import type { ScoreSources } from './sources';
import { selectAsThesis } from './thesis';
import { selectAsTorchPruning } from './torchPruning';
import { selectUnits } from './unitSelection';
import { maskedShare, requireWeightMask, withWeightMask } from './weightMask';
import { selectWeights } from './weightSelection';

/** Result of a pruning. */
export interface PruningResult {
  /** The smaller or masked network; its parameters are a copy even when nothing was removed. */
  readonly specimen: Specimen;
  /** The requested ratio. */
  readonly requested: number;
  /** Removed hidden units divided by hidden units before, in [0, 1). */
  readonly neuronRatio: number;
  /** Removed parameters divided by parameters before, in [0, 1); masked weights are not removed. */
  readonly parameterRatio: number;
  /** Masked weights divided by all weights of the result, in [0, 1]; biases do not count. */
  readonly weightRatio: number;
  /** Widths of the remaining hidden layers. */
  readonly hidden: readonly number[];
  /** Original indices of the units that remain. */
  readonly kept: Units;
  /** Original indices of the units removed by this pruning, not by earlier ones. */
  readonly removed: Units;
  readonly notes: readonly PruningNote[];
}

/**
 * Prunes in one step. Methods of units make the network smaller. Those with a score remove the nearest integer
 * number of units unless caps or the last unit of a layer forbid it; the two that copy Torch-Pruning count and
 * overshoot as it does. Methods of weights keep the layout and extend the specimen's mask. `notes` report every
 * deviation from the request.
 * @param random random bits for `random` and `random-structured`; the other methods draw none
 * @param sources what the method's score is computed from
 * @throws LabError for an invalid request, parameters that are not finite, a source that is missing or does not
 *   fit, or, by a method of units, a specimen without hidden layers
 */
export function pruneSpecimen(
  specimen: Specimen,
  request: PruningRequest,
  random?: BitSource,
  sources: ScoreSources = {},
): PruningResult {
  const { method } = request;
  requireOneOf(method, ALL_METHODS, 'method');
  const { widths } = specimen.layout;
  if (widths.length === 2 && !prunesWeights(method)) {
    throw invalid('a network without hidden layers has no units to prune', { field: 'layout' });
  }
  requireRequest(request, widths);
  requireUnits(specimen);
  requireWeightMask(specimen, 'mask', { zeros: true });
  requireFinite(specimen);
  const from = random === undefined ? sources : { ...sources, random };
  const pruned = prunesWeights(method)
    ? maskWeights(specimen, request, from)
    : removeUnits(specimen, request, from);
  const notes = [...unusedOptions(request), ...pruned.notes];
  return { ...resultOf(specimen, pruned.specimen, request.ratio), notes };
}

type Pruned = Pick<PruningResult, 'specimen' | 'notes'>;

function removeUnits(specimen: Specimen, request: PruningRequest, sources: ScoreSources): Pruned {
  const { removed, wanted, notes } = unitSelection(specimen, request, sources);
  const removedSets = removed.map((positions) => new Set(positions));
  const kept = specimen.units.map((units, l) => units.filter((_, k) => !removedSets[l].has(k)));
  const smaller = applyMask(specimen, kept);
  const current = hiddenWidths(specimen.layout);
  const units = sum(request.originalWidths ?? current);
  const reached = units - neuronCount(smaller.layout);
  const { ratio: requested } = request;
  return {
    specimen: smaller,
    notes: [
      ...notes,
      ...(wanted === reached
        ? []
        : [{ kind: 'ratio-missed', requested, units, wanted, reached } as const]),
    ],
  };
}

function unitSelection(
  specimen: Specimen,
  request: PruningRequest,
  sources: ScoreSources,
): Selection {
  if (request.method === 'thesis') return selectAsThesis(specimen, request.ratio);
  if (request.method === 'torch-pruning') return selectAsTorchPruning(specimen, request);
  return selectUnits(specimen, request, sources);
}

function maskWeights(specimen: Specimen, request: PruningRequest, sources: ScoreSources): Pruned {
  const { mask, weights, wanted, reached, notes } = selectWeights(specimen, request, sources);
  const { ratio: requested } = request;
  return {
    // A control has no mask, so that it trains and is stored like any specimen without one.
    specimen:
      specimen.mask === undefined && !mask.includes(0)
        ? { ...specimen, parameters: specimen.parameters.slice() }
        : withWeightMask(specimen, mask),
    notes: [
      ...notes,
      ...(wanted === reached
        ? []
        : [{ kind: 'weight-ratio-missed', requested, weights, wanted, reached } as const]),
    ],
  };
}

function resultOf(
  before: Specimen,
  after: Specimen,
  requested: number,
): Omit<PruningResult, 'notes'> {
  const kept = after.units;
  const keptSets = kept.map((units) => new Set(units));
  const units = neuronCount(before.layout);
  const parameters = parameterCount(before.layout);
  return {
    specimen: after,
    requested,
    neuronRatio: units === 0 ? 0 : (units - neuronCount(after.layout)) / units,
    parameterRatio: (parameters - parameterCount(after.layout)) / parameters,
    weightRatio: maskedShare(after),
    hidden: hiddenWidths(after.layout),
    kept,
    removed: before.units.map((own, l) => own.filter((unit) => !keptSets[l].has(unit))),
  };
}

function unusedOptions({ method, norm, normalize }: PruningRequest): PruningNote[] {
  const notes: PruningNote[] = [];
  const score = unitScoreOf(method);
  if (score === 'magnitude' || score === 'inverse') return notes;
  if (norm !== undefined) notes.push({ kind: 'option-unused', option: 'norm', value: norm });
  if (normalize !== undefined) {
    notes.push({ kind: 'option-unused', option: 'normalize', value: normalize });
  }
  return notes;
}

function requireFinite(specimen: Specimen): void {
  layersOf(specimen).forEach(({ weights, biases, inputs }, l) => {
    const weight = weights.findIndex((w) => !Number.isFinite(w));
    if (weight >= 0) {
      const place = `row ${Math.floor(weight / inputs)}, column ${weight % inputs}`;
      throw invalid(`a weight must be finite, not ${weights[weight]} (${place})`, {
        field: `layers[${l}].weights`,
      });
    }
    const bias = biases.findIndex((b) => !Number.isFinite(b));
    if (bias >= 0) {
      throw invalid(`a bias must be finite, not ${biases[bias]} (unit ${bias})`, {
        field: `layers[${l}].biases`,
      });
    }
  });
}
