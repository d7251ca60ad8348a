import type { DataSet } from '../data/dataSet';
import { invalid } from '../errors';
import { torchLinearInitialisation } from '../network/initialise';
import {
  hiddenWidths,
  layersOf,
  neuronCount,
  parameterCount,
  type Layout,
} from '../network/layout';
import { specimenOf, withoutState, type Specimen } from '../network/specimen';
import { applyMask } from '../pruning/mask';
import { describeNote, type PruningNote } from '../pruning/notes';
import { pruneSpecimen } from '../pruning/prune';
import { groupSizes, type PruningRequest } from '../pruning/request';
import { sharePerRound, weightsAfter } from '../pruning/schedule';
import { stream } from '../random/streams';
import { restrictState } from '../training/optimizer';
import { armNamed, masksWeights, type Arm, type ArmPruning } from './arms';
import type { ExperimentContext } from './context';
import { legName, rewinds, type Leg } from './plan';
import { specimenLayout, type SeedData } from './seedData';

/** The specimens of other legs that a leg starts from: see `needsOf`. */
export interface LegSources {
  /** Pruned, scored or continued. */
  readonly trained?: Specimen;
  /** To its values the survivors return; without it, to the initial values. */
  readonly rewound?: Specimen;
  /** Its widths are taken. */
  readonly widths?: readonly number[];
  /** The control at its end, from which drift is read. */
  readonly control?: Specimen;
}

/** Shares that are gone, in [0, 1), relative to the unpruned specimen. */
export interface ReachedRatios {
  readonly neuronRatio: number;
  readonly parameterRatio: number;
  /** Of the weights without biases; only in experiments with arms. */
  readonly weightRatio?: number;
}

/** A leg before its first epoch. */
export interface LegStart {
  readonly specimen: Specimen;
  readonly ratios: ReachedRatios;
  readonly warnings: readonly string[];
}

/**
 * The specimen from which a leg trains: initial, pruned, pruned and rewound, or fresh.
 * @throws LabError when the specimens of other legs that it needs are missing
 */
export function startLeg(
  task: LegSources & { readonly leg: Leg },
  context: ExperimentContext,
  seed: SeedData,
): LegStart {
  const initial = initialSpecimen(context, seed);
  const { specimen, notes } = specimenFor(task, context, seed, initial);
  return {
    specimen,
    ratios: reachedRatios(specimen, initial, context),
    warnings: notes.filter(isNotInRow).map(describeNote),
  };
}

interface Pruned {
  readonly specimen: Specimen;
  readonly notes: readonly PruningNote[];
}

function specimenFor(
  task: LegSources & { readonly leg: Leg },
  context: ExperimentContext,
  seed: SeedData,
  initial: Specimen,
): Pruned {
  const { leg, trained, rewound } = task;
  const { specification } = context;
  if (leg.requested === null) return { specimen: initial, notes: [] };
  const arm = armNamed(specification, leg.arm);
  if (arm.pruning?.method === 'scratch') {
    return { specimen: freshSpecimen(task, context), notes: [] };
  }
  const scored = arm.pruning?.method === 'snip' ? initial : trained;
  if (!scored) throw missing(leg, 'no trained specimen to prune');
  const { request, data } = pruningOf(arm, leg, task.widths, initial.layout, seed.train);
  const pruned = pruneSpecimen(
    scored,
    request,
    stream(leg.seed, 'pruning', leg.arm, String(leg.requested)),
    { data, movement: scored.movement },
  );
  if (!rewinds(arm)) return { ...pruned, specimen: continued(pruned.specimen, scored, arm) };
  if ((arm.pruning?.rewind ?? 0) > 0 && !rewound) throw missing(leg, 'no specimen to rewind to');
  return { ...pruned, specimen: rewoundTo(rewound ?? initial, pruned.specimen) };
}

function missing(leg: Leg, what: string): Error {
  return invalid(`has ${what}`, { field: legName(leg) });
}

/** The unpruned specimen before training; without biases, these are 0 and masked. */
function initialSpecimen(context: ExperimentContext, { draws }: SeedData): Specimen {
  const specimen = specimenOf(specimenLayout(context), draws.initialParameters);
  return context.specification.specimen.bias === false ? withoutBiases(specimen) : specimen;
}

function withoutBiases(specimen: Specimen): Specimen {
  const parameters = specimen.parameters.slice();
  const mask = new Uint8Array(parameters.length).fill(1);
  let end = 0;
  for (const { weights, biases } of layersOf(specimen)) {
    end += weights.length + biases.length;
    parameters.fill(0, end - biases.length, end);
    mask.fill(0, end - biases.length, end);
  }
  return { ...specimen, parameters, mask };
}

/** A network of the given hidden widths with parameters of its own. */
function freshSpecimen(
  { leg, widths }: LegSources & { readonly leg: Leg },
  context: ExperimentContext,
): Specimen {
  if (!widths) throw missing(leg, 'no widths to take');
  const { widths: whole, activations } = specimenLayout(context);
  const layout = { widths: [whole[0], ...widths, whole[whole.length - 1]], activations };
  const source = stream(leg.seed, 'initialisation', leg.arm, String(leg.requested));
  const specimen = specimenOf(layout, torchLinearInitialisation(layout, source));
  return context.specification.specimen.bias === false ? withoutBiases(specimen) : specimen;
}

/** The pruned specimen with the optimiser's state of what remains, if the arm keeps it. */
function continued(pruned: Specimen, trained: Specimen, { retraining }: Arm): Specimen {
  const specimen = withoutState(pruned);
  const { state } = trained;
  if (retraining.optimizerState !== 'keep' || !state) return specimen;
  return { ...specimen, state: restrictState(state, trained.layout, pruned.units, trained.units) };
}

/** The values of `earlier`, with the units and the mask of `pruned`. */
function rewoundTo(earlier: Specimen, pruned: Specimen): Specimen {
  const { parameters } = applyMask(earlier, pruned.units);
  pruned.mask?.forEach((kept, i) => {
    if (kept === 0) parameters[i] = 0;
  });
  return { ...withoutState(pruned), parameters };
}

/** The request of a leg's pruning, and the data that its score needs. */
function pruningOf(
  arm: Arm,
  leg: Leg,
  widths: readonly number[] | undefined,
  layout: Layout,
  data: DataSet,
): { request: PruningRequest; data: DataSet } {
  const ratio = leg.requested ?? 0;
  const pruning = arm.pruning;
  if (!pruning) return { request: { method: 'magnitude', ratio: 0 }, data };
  const { method, scope, outputLayer, caps } = pruning;
  if (method === 'scratch') throw new Error('a fresh network is not pruned');
  const byMagnitude = ['magnitude', 'inverse', 'global-structured'].includes(method);
  const common: PruningRequest = {
    method,
    ratio,
    ...(byMagnitude && { norm: pruning.norm, normalize: pruning.normalize }),
    caps,
    scope,
    outputLayer,
  };
  if (widths) {
    const whole = hiddenWidths(layout);
    return { request: { ...common, perLayer: whole.map((width, l) => width - widths[l]) }, data };
  }
  return { request: { ...common, ...countsAt(common, pruning, leg, layout) }, data };
}

/** How much is gone after a step of a schedule; nothing where there is one step. */
function countsAt(
  request: PruningRequest,
  pruning: ArmPruning,
  { requested, step }: Leg,
  layout: Layout,
): Pick<PruningRequest, 'count' | 'originalWidths'> {
  const { schedule } = pruning;
  if (!schedule || step === undefined) return {};
  const ratio = requested ?? 0;
  const { steps, shares } = schedule;
  const goneOf = (total: number): number =>
    shares === 'linear'
      ? Math.round((total * ratio * step) / steps)
      : total - weightsAfter(total, sharePerRound(ratio, steps), step);
  const original = masksWeights({ pruning }) ? undefined : hiddenWidths(layout);
  const groups = groupSizes({ ...request, originalWidths: original }, layout.widths);
  const count =
    request.scope === 'layer'
      ? groups.map(goneOf)
      : goneOf(groups.reduce((sum, size) => sum + size, 0));
  return { count, originalWidths: original };
}

function reachedRatios(
  specimen: Specimen,
  initial: Specimen,
  { specification }: ExperimentContext,
): ReachedRatios {
  const neuronRatio = 1 - neuronCount(specimen.layout) / neuronCount(initial.layout);
  if (!specification.arms) {
    const all = parameterCount(initial.layout);
    return { neuronRatio, parameterRatio: 1 - parameterCount(specimen.layout) / all };
  }
  return {
    neuronRatio,
    parameterRatio: 1 - keptParameters(specimen) / keptParameters(initial),
    weightRatio: 1 - keptWeights(specimen) / keptWeights(initial),
  };
}

/** Number of parameters that are not masked. */
export function keptParameters({ parameters, mask }: Specimen): number {
  return mask ? mask.reduce((sum, kept) => sum + kept, 0) : parameters.length;
}

/** Number of weights, without biases, that are not masked. */
function keptWeights(specimen: Specimen): number {
  const { mask } = specimen;
  let kept = 0;
  let at = 0;
  for (const { weights, biases } of layersOf(specimen)) {
    if (mask) for (let i = 0; i < weights.length; i++) kept += mask[at + i];
    else kept += weights.length;
    at += weights.length + biases.length;
  }
  return kept;
}

/** Whether a note adds to the row, which holds the requested and the reached ratios. */
function isNotInRow({ kind }: PruningNote): boolean {
  return kind !== 'ratio-missed' && kind !== 'ties';
}
