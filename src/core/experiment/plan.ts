import type { Specification } from './specification';

/** The specimens trained from scratch, in the order of tables. */
export const ARMS = ['dense', 'dropout'] as const;

export type ArmName = (typeof ARMS)[number];

/**
 * One stretch of training: an arm from its initial parameters, or a pruned copy of a trained arm. The unit of
 * resuming: a finished leg is never repeated.
 */
export interface Leg {
  readonly seed: number;
  readonly arm: ArmName;
  /** The requested pruning ratio; null where nothing is pruned. */
  readonly requested: number | null;
}

/** A leg as programs and notebooks may write it: without pruning, the ratio may be left out. */
export type LegInput = Omit<Leg, 'requested'> & Partial<Pick<Leg, 'requested'>>;

/** The leg of a row or checkpoint, without its other fields. */
export function legOf({ seed, arm, requested = null }: LegInput): Leg {
  return { seed, arm, requested };
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

/** Name of a leg, unique within a run and valid as a file name: `42-dense`, `42-dropout-0.05`. */
export function legName({ seed, arm, requested }: Leg): string {
  return requested === null ? `${seed}-${arm}` : `${seed}-${arm}-${requested}`;
}

/** A leg as text: `the dense specimen of seed 42`, `the dropout specimen of seed 42, pruned at 0.05`. */
export function legTitle({ seed, arm, requested }: Leg): string {
  const title = `the ${arm} specimen of seed ${seed}`;
  return requested === null ? title : `${title}, pruned at ${requested}`;
}

/** Name of a checkpoint, unique within a run: `42-dense/training/50`, `42-dense-0.05/pruned/0`. */
export function checkpointName(leg: Leg, phase: Phase, epoch: number): string {
  return `${legName(leg)}/${phase}/${epoch}`;
}

const NAME = new RegExp(`^(\\d+)-(${ARMS.join('|')})(?:-([^/]+))?/(${PHASES.join('|')})/(\\d+)$`);

/** The inverse of {@link checkpointName}; undefined for what is no such name. */
export function checkpointNamed(name: string): CheckpointId | undefined {
  const found = NAME.exec(name);
  if (!found) return undefined;
  const [, seed, arm, ratio, phase, epoch] = found as readonly (string | undefined)[];
  const requested = ratio === undefined ? null : Number(ratio);
  if (Number.isNaN(requested)) return undefined;
  const leg = { seed: Number(seed), arm: arm as ArmName, requested };
  return { leg, phase: phase as Phase, epoch: Number(epoch) };
}

/** The leg whose last specimen a leg prunes; the leg itself where nothing is pruned. */
export function trainingLegOf({ seed, arm }: Leg): Leg {
  return { seed, arm, requested: null };
}

/** The legs of a run: first those that train from scratch, then those that prune the results. */
export interface Plan {
  readonly training: readonly Leg[];
  readonly retraining: readonly Leg[];
}

/** The legs of one seed. */
export function planSeed({ specimen, pruning }: Specification, seed: number): Plan {
  const arms: ArmName[] = specimen.dropoutTwin === undefined ? ['dense'] : ['dense', 'dropout'];
  return {
    training: arms.map((arm) => ({ seed, arm, requested: null })),
    retraining: arms.flatMap((arm) =>
      pruning.ratios.map((requested): Leg => ({ seed, arm, requested })),
    ),
  };
}

/** Number of legs of a run, computed without listing them. */
export function countLegs({ seeds, specimen, pruning }: Specification): {
  /** Legs that train from scratch. */
  readonly training: number;
  /** Legs that prune the results. */
  readonly retraining: number;
} {
  const arms = specimen.dropoutTwin === undefined ? 1 : 2;
  const training = seeds.length * arms;
  return { training, retraining: training * pruning.ratios.length };
}

/** Number of checkpoints whose matrices or weights a run keeps. */
export function checkpointsKept(
  specification: Specification,
  field: keyof Specification['keep'],
): number {
  const kept = specification.keep[field];
  if (kept === 'none') return 0;
  const { training, retraining } = countLegs(specification);
  const perLeg = (epochs: number): number =>
    kept === 'epochs' ? epochs + 1 : Math.min(2, epochs + 1);
  return (
    training * perLeg(specification.training.epochs) +
    retraining * perLeg(specification.pruning.retraining.epochs)
  );
}

/** All legs of a run in the order of stored results: by seed, then as {@link planSeed}. */
export function planRun(specification: Specification): Leg[] {
  return specification.seeds.flatMap((seed) => {
    const { training, retraining } = planSeed(specification, seed);
    return [...training, ...retraining];
  });
}

/** Number of epochs of a leg. */
export function legEpochs({ training, pruning }: Specification, leg: Leg): number {
  return leg.requested === null ? training.epochs : pruning.retraining.epochs;
}
