import type { NullLevel } from '../../core/experiment/runNull';
import type { Line } from '../lines/data';

/** Whether pruned specimens are shown before or after retraining. */
export type Stage = 'before' | 'after';

/** Run, arm, stage and seed of a line. */
export interface LineSubject {
  readonly run: string;
  /** Undefined for the null, which belongs to no arm. */
  readonly arm?: string;
  /** Of pruned specimens: before or after retraining; undefined over the epochs of training. */
  readonly stage?: Stage;
  /** Undefined if the line is the mean over seeds. */
  readonly seed?: number;
  /** The requested ratio of a line through the steps of an arm. */
  readonly target?: number;
}

/** A line of trajectories: each point stands for a specimen, or for one of each seed. */
export interface TrajectoryLine extends Line {
  readonly subject: LineSubject;
  /** `[points]`: the requested ratio; NaN if nothing was pruned. */
  readonly requested: Float64Array;
  /** `[points]`: steps of an arm that prunes in several; NaN elsewhere. */
  readonly step?: Float64Array;
  /** The arm whose specimens its points without pruning are, if that is another arm. */
  readonly trainedAs?: string;
  /** `[points]`: epochs of training, or of retraining. */
  readonly epoch: Float64Array;
  /** `[points]`: number of seeds. */
  readonly count: Float64Array;
  /** `[points]`: ratios that pruning reached. */
  readonly neuronRatio?: Float64Array;
  readonly parameterRatio?: Float64Array;
  readonly weightRatio?: Float64Array;
  /** Level of a null with its own standard error. */
  readonly level?: NullLevel;
}

/** Identity of a point across all charts. */
export interface SpecimenPoint extends LineSubject {
  /** NaN if nothing was pruned. */
  readonly requested: number;
  /** NaN if there is one step. */
  readonly step: number;
  readonly epoch: number;
}

/** Identity of a point of a line. */
export function specimenPointOf(
  { subject, requested, step, epoch }: TrajectoryLine,
  point: number,
): SpecimenPoint {
  return {
    ...subject,
    requested: requested[point],
    step: step?.[point] ?? NaN,
    epoch: epoch[point],
  };
}

/** Index of the point of a line with this identity; undefined if there is none. */
export function pointAt(line: TrajectoryLine, moment: SpecimenPoint): number | undefined {
  const { subject, requested, step, epoch } = line;
  const { run, arm, stage, seed, target } = moment;
  if (subject.run !== run || subject.arm !== arm || subject.seed !== seed) return undefined;
  if (subject.stage !== stage || subject.target !== target) return undefined;
  for (let i = 0; i < requested.length; i++) {
    if (!Object.is(requested[i], moment.requested)) continue;
    if (!Object.is(step?.[i] ?? NaN, moment.step)) continue;
    // Pruned specimens have one point per ratio and step; its epoch advances while it is retrained.
    if (stage !== undefined || epoch[i] === moment.epoch) return i;
  }
  return undefined;
}

/** Name of a subject after its run's title, for example `NonLinear0, dense, seed 42`. */
export function subjectName(title: string, { arm, stage, seed, target }: LineSubject): string {
  return [
    title,
    arm ?? 'null',
    target === undefined ? undefined : `steps to ${target}`,
    stage === 'before' ? 'before retraining' : stage === 'after' ? 'after retraining' : undefined,
    seed === undefined ? undefined : `seed ${seed}`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}
