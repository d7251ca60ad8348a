import { invalid, requireOneOf } from '../errors';
import { hiddenWidths, layersOf, neuronCount, parameterCount } from '../network/layout';
import type { Specimen } from '../network/specimen';
import type { BitSource } from '../random/bitSource';
import { selectGlobally } from './globalStructured';
import { applyMask, requireUnits, type Units } from './mask';
import type { PruningNote } from './notes';
import { selectAtRandom } from './randomStructured';
import {
  PRUNING_METHODS,
  requireRequest,
  type PruningMethod,
  type PruningRequest,
} from './request';
import type { Selection } from './selection';
import { selectAsThesis } from './thesis';
import { selectAsTorchPruning } from './torchPruning';

/** Result of a pruning. */
export interface PruningResult {
  /** The smaller network; its parameters are a copy even when nothing was removed. */
  readonly specimen: Specimen;
  /** The requested ratio. */
  readonly requested: number;
  /** Removed hidden units divided by hidden units before, in [0, 1). */
  readonly neuronRatio: number;
  /** Removed parameters divided by parameters before, in [0, 1). */
  readonly parameterRatio: number;
  /** Widths of the remaining hidden layers. */
  readonly hidden: readonly number[];
  /** Original indices of the units that remain. */
  readonly kept: Units;
  /** Original indices of the units removed by this pruning, not by earlier ones. */
  readonly removed: Units;
  readonly notes: readonly PruningNote[];
}

type Method = (specimen: Specimen, request: PruningRequest, random?: BitSource) => Selection;

const METHODS: Readonly<Record<PruningMethod, Method>> = {
  thesis: (specimen, { ratio }) => selectAsThesis(specimen, ratio),
  'torch-pruning': (specimen, { ratio }) => selectAsTorchPruning(specimen, ratio),
  'global-structured': selectGlobally,
  'random-structured': selectAtRandom,
};

/**
 * Prunes hidden units in one step. The method defines what the ratio means: the two compatible methods
 * count and overshoot as Torch-Pruning does; the two of this project remove the nearest integer number of
 * units unless caps or the last unit of a layer forbid it. `notes` report every deviation.
 * @param random random bits for `random-structured`; the other methods draw none
 * @throws LabError for an invalid request, a specimen without hidden layers, or parameters that are not
 *   finite
 */
export function pruneSpecimen(
  specimen: Specimen,
  request: PruningRequest,
  random?: BitSource,
): PruningResult {
  requireOneOf(request.method, PRUNING_METHODS, 'method');
  const before = hiddenWidths(specimen.layout);
  if (before.length === 0) {
    throw invalid('a network without hidden layers has no units to prune', { field: 'layout' });
  }
  requireRequest(request, before);
  requireUnits(specimen);
  requireFinite(specimen);

  const selection = METHODS[request.method](specimen, request, random);
  const removedSets = selection.removed.map((positions) => new Set(positions));
  const kept = specimen.units.map((units, l) => units.filter((_, k) => !removedSets[l].has(k)));
  const removed = specimen.units.map((units, l) => units.filter((_, k) => removedSets[l].has(k)));
  const pruned = applyMask(specimen, kept);

  const units = neuronCount(specimen.layout);
  const reached = units - neuronCount(pruned.layout);
  const parameters = parameterCount(specimen.layout);
  return {
    specimen: pruned,
    requested: request.ratio,
    neuronRatio: reached / units,
    parameterRatio: (parameters - parameterCount(pruned.layout)) / parameters,
    hidden: hiddenWidths(pruned.layout),
    kept,
    removed,
    notes: [
      ...unusedOptions(request),
      ...selection.notes,
      ...ratioMissed(request.ratio, units, selection.wanted, reached),
    ],
  };
}

function ratioMissed(
  requested: number,
  units: number,
  wanted: number,
  reached: number,
): PruningNote[] {
  return wanted === reached ? [] : [{ kind: 'ratio-missed', requested, units, wanted, reached }];
}

function unusedOptions({ method, norm, normalize }: PruningRequest): PruningNote[] {
  const notes: PruningNote[] = [];
  if (method === 'global-structured') return notes;
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
