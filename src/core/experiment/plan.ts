import { armNamed, armsOf, needsTraining, type Arm } from './arms';
import type { Specification } from './specification';

/**
 * One stretch of training: an arm from its initial parameters, or a pruned copy of a trained arm. The unit of
 * resuming: a finished leg is never repeated.
 */
export interface Leg {
  readonly seed: number;
  /** Name of the arm; one that several arms share has the name of the first. */
  readonly arm: string;
  /** The requested pruning ratio; null where nothing is pruned. */
  readonly requested: number | null;
  /** 1-based; only where an arm prunes in several steps. */
  readonly step?: number;
}

/** A leg as programs and notebooks may write it: without pruning, the ratio may be left out. */
export type LegInput = Omit<Leg, 'requested'> & Partial<Pick<Leg, 'requested'>>;

/** The leg of a row or checkpoint, without its other fields. */
export function legOf({ seed, arm, requested = null, step }: LegInput): Leg {
  return step === undefined ? { seed, arm, requested } : { seed, arm, requested, step };
}

/** Phases of a leg. `initial` and `pruned` precede its first epoch. */
export const PHASES = ['initial', 'training', 'pruned', 'retraining'] as const;

export type Phase = (typeof PHASES)[number];

/** Identifies a checkpoint of a run: the specimen of a leg after an epoch. */
export interface CheckpointId {
  readonly leg: Leg;
  readonly phase: Phase;
  /** Number of epochs trained in this leg. */
  readonly epoch: number;
}

/** A checkpoint whose matrix or weights are kept. */
export interface RunCheckpoint extends CheckpointId {
  /** Result of {@link checkpointName}, for example `42-dense/training/50`. */
  readonly name: string;
  /** Whether its attribution matrix is kept. */
  readonly attribution: boolean;
  /** Whether its weights are kept. */
  readonly specimen: boolean;
}

/**
 * Name of a leg, unique within a run and valid as a file name: `42-dense`, `42-dropout-0.05`,
 * `42-imp-0.5-step2`.
 */
export function legName({ seed, arm, requested, step }: Leg): string {
  if (requested === null) return `${seed}-${arm}`;
  return `${seed}-${arm}-${requested}${step === undefined ? '' : `-step${step}`}`;
}

/** A leg as text: `the dense specimen of seed 42`, `the dropout specimen of seed 42, pruned at 0.05`. */
export function legTitle({ seed, arm, requested, step }: Leg): string {
  const title = `the ${arm} specimen of seed ${seed}`;
  if (requested === null) return title;
  return `${title}, pruned at ${requested}${step === undefined ? '' : `, step ${step}`}`;
}

/** Name of a checkpoint, unique within a run: `42-dense/training/50`, `42-dense-0.05/pruned/0`. */
export function checkpointName(leg: Leg, phase: Phase, epoch: number): string {
  return `${legName(leg)}/${phase}/${epoch}`;
}

/** A ratio as JavaScript writes it, below 1. */
const RATIO = String.raw`0(?:\.\d+)?|\d(?:\.\d+)?e-\d+`;
const NAME = new RegExp(
  String.raw`^(\d+)-([A-Za-z][\w-]*?)(?:-(${RATIO})(?:-step(\d+))?)?/(${PHASES.join('|')})/(\d+)$`,
);

/** The inverse of {@link checkpointName}; undefined for what is no such name. */
export function checkpointNamed(name: string): CheckpointId | undefined {
  const found = NAME.exec(name);
  if (!found) return undefined;
  const [, seed, arm, ratio, step, phase, epoch] = found as readonly (string | undefined)[];
  const leg = legOf({
    seed: Number(seed),
    arm: arm ?? '',
    requested: ratio === undefined ? null : Number(ratio),
    step: step === undefined ? undefined : Number(step),
  });
  return { leg, phase: phase as Phase, epoch: Number(epoch) };
}

/** Longest name of an arm. */
export const MAX_ARM_NAME = 40;

/**
 * Whether a word can name an arm: it is part of file names, and the name of a leg must not read as another
 * arm with a ratio, as `a-0` would.
 */
export function isArmName(name: string): boolean {
  const read = checkpointNamed(
    checkpointName({ seed: 0, arm: name, requested: null }, 'training', 0),
  );
  return read?.leg.arm === name && read.leg.requested === null;
}

/** The leg of an arm that trains from scratch under its name; legs are grouped by it. */
export function trainingLegOf({ seed, arm }: Leg): Leg {
  return { seed, arm, requested: null };
}

/** The legs of a run: first those that train from scratch, then those that prune the results. */
export interface Plan {
  readonly training: readonly Leg[];
  readonly retraining: readonly Leg[];
}

/** The legs of one seed. Arms that train alike share one leg of training, named for the first of them. */
export function planSeed(specification: Specification, seed: number): Plan {
  const arms = [...armsOf(specification).values()];
  return {
    training: arms
      .filter((arm) => needsTraining(arm) && arm.trainedAs === arm.name)
      .map(({ name }) => ({ seed, arm: name, requested: null })),
    retraining: arms.flatMap((arm) =>
      arm.ratios.flatMap((requested) => prunedLegs(seed, arm, requested)),
    ),
  };
}

function prunedLegs(seed: number, arm: Arm, requested: number): Leg[] {
  const steps = stepsOf(arm, requested);
  const leg: Leg = { seed, arm: arm.name, requested };
  return steps === 1 ? [leg] : Array.from({ length: steps }, (_, i) => ({ ...leg, step: i + 1 }));
}

/** Number of prunings up to a ratio. */
function stepsOf({ pruning }: Arm, requested: number | null): number {
  return (requested ?? 0) > 0 ? (pruning?.schedule?.steps ?? 1) : 1;
}

/** What a leg must wait for. */
export interface LegNeeds {
  /** Its last specimen is pruned, scored or continued. */
  readonly trained?: Leg;
  /** A checkpoint to whose values the survivors return; without one, these are the initial values. */
  readonly rewound?: { readonly leg: Leg; readonly epoch: number };
  /** Its pruned specimen has the widths to take. */
  readonly widths?: Leg;
  /** The control that is trained for as long, from which drift is read. */
  readonly control?: Leg;
}

/** The legs that a leg starts from. */
export function needsOf(specification: Specification, leg: Leg): LegNeeds {
  if (leg.requested === null) return {};
  const arm = armNamed(specification, leg.arm);
  const { seed, requested, step = 1 } = leg;
  const base: Leg = { seed, arm: arm.trainedAs, requested: null };
  const { widthsOf, rewind } = arm.pruning ?? {};
  const model = widthsOf === undefined ? undefined : armNamed(specification, widthsOf);
  return {
    trained: needsTraining(arm) ? (step > 1 ? { ...leg, step: step - 1 } : base) : undefined,
    rewound:
      needsTraining(arm) && (rewind ?? 0) > 0 ? { leg: base, epoch: rewind ?? 0 } : undefined,
    widths: model && prunedLegs(seed, model, requested).at(-1),
    control: controlOf(specification, arm, seed),
  };
}

/** The leg of an arm that prunes nothing and trains alike; none for that arm itself. */
function controlOf(specification: Specification, arm: Arm, seed: number): Leg | undefined {
  if (!specification.arms || !arm.pruning || !needsTraining(arm) || rewinds(arm)) return undefined;
  const { epochs, learningRate } = arm.retraining;
  for (const { name, trainedAs, pruning, retraining } of armsOf(specification).values()) {
    if (pruning || trainedAs !== arm.trainedAs) continue;
    if (retraining.epochs === epochs && retraining.learningRate === learningRate) {
      return { seed, arm: name, requested: 0 };
    }
  }
  return undefined;
}

/** Whether survivors return to an earlier point of training. SNIP prunes the initial network. */
export function rewinds({ pruning }: Arm): boolean {
  return pruning?.rewind !== undefined || pruning?.method === 'snip';
}

/** The legs in groups, each of which needs only legs of earlier groups; within a group in their order. */
export function stagesOf(specification: Specification, legs: readonly Leg[]): Leg[][] {
  const depths = new Map<string, number>();
  const depthOf = (leg: Leg): number => {
    const name = legName(leg);
    let depth = depths.get(name);
    if (depth === undefined) {
      const { trained, rewound, widths, control } = needsOf(specification, leg);
      const needed = [trained, rewound?.leg, widths, control].filter(
        (other) => other !== undefined,
      );
      depth =
        leg.requested === null ? 0 : Math.max(1, ...needed.map((other) => depthOf(other) + 1));
      depths.set(name, depth);
    }
    return depth;
  };
  const stages: Leg[][] = [];
  for (const leg of legs) (stages[depthOf(leg)] ??= []).push(leg);
  return stages.filter((stage) => (stage as Leg[] | undefined) !== undefined);
}

/** Number of legs of a run. */
export function countLegs(specification: Specification): {
  /** Legs that train from scratch. */
  readonly training: number;
  /** Legs that prune the results. */
  readonly retraining: number;
} {
  const { training, retraining } = planSeed(specification, 0);
  const seeds = specification.seeds.length;
  return { training: seeds * training.length, retraining: seeds * retraining.length };
}

/** Number of measured checkpoints of a run, which is the number of its rows. */
export function countCheckpoints(specification: Specification): number {
  const { training, retraining } = planSeed(specification, 0);
  const perSeed = [...training, ...retraining].reduce(
    (sum, leg) => sum + legEpochs(specification, leg) + 1,
    0,
  );
  return perSeed * specification.seeds.length;
}

/** Number of checkpoints whose matrices or weights a run keeps. */
export function checkpointsKept(
  specification: Specification,
  field: keyof Specification['keep'],
): number {
  const kept = specification.keep[field];
  if (kept === 'none') return 0;
  const { training, retraining } = planSeed(specification, 0);
  let perSeed = 0;
  for (const leg of [...training, ...retraining]) {
    const epochs = legEpochs(specification, leg);
    perSeed += kept === 'epochs' ? epochs + 1 : Math.min(2, epochs + 1);
  }
  return perSeed * specification.seeds.length;
}

/** All legs of a run in the order of stored results: by seed, then as {@link planSeed}. */
export function planRun(specification: Specification): Leg[] {
  return specification.seeds.flatMap((seed) => {
    const { training, retraining } = planSeed(specification, seed);
    return [...training, ...retraining];
  });
}

/** Number of epochs of a leg. */
export function legEpochs(specification: Specification, leg: Leg): number {
  return spanOf(specification, leg).epochs;
}

/** Where a leg lies in the time of its arm. */
export interface LegSpan {
  /** Epochs of the arm before the leg: it draws the batches after them. */
  readonly offset: number;
  readonly epochs: number;
}

/**
 * Epochs of a leg, and those before it. A control trains for `training.epochs` and then for
 * `retraining.epochs`; arms that rewind or start afresh train for as many in all.
 */
export function spanOf(specification: Specification, leg: Leg): LegSpan {
  const arm = armNamed(specification, leg.arm);
  const { epochs: first } = arm.training;
  const { epochs: second } = arm.retraining;
  if (leg.requested === null) return { offset: 0, epochs: first };
  const steps = stepsOf(arm, leg.requested);
  const step = leg.step ?? 1;
  const { schedule, rewind = 0, method } = arm.pruning ?? {};
  if (rewinds(arm) || method === 'scratch') {
    const whole = first + second - rewind;
    return { offset: rewind, epochs: step < steps ? (schedule?.epochs ?? first - rewind) : whole };
  }
  const between = schedule?.epochs ?? Math.floor(second / steps);
  const last = schedule?.epochs === undefined ? second - (steps - 1) * between : second;
  return { offset: first + (step - 1) * between, epochs: step < steps ? between : last };
}
