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
}

/** A line of trajectories: each point stands for a specimen, or for one of each seed. */
export interface TrajectoryLine extends Line {
  readonly subject: LineSubject;
  /** `[points]`: the requested ratio; NaN if nothing was pruned. */
  readonly requested: Float64Array;
  /** `[points]`: epochs of training, or of retraining. */
  readonly epoch: Float64Array;
  /** `[points]`: number of seeds. */
  readonly count: Float64Array;
  /** `[points]`: ratios that pruning reached. */
  readonly neuronRatio?: Float64Array;
  readonly parameterRatio?: Float64Array;
  /** Level of a null with its own standard error. */
  readonly level?: NullLevel;
}

/** Identity of a point across all charts. */
export interface SpecimenPoint extends LineSubject {
  /** NaN if nothing was pruned. */
  readonly requested: number;
  readonly epoch: number;
}

/** Identity of a point of a line. */
export function specimenPointOf(
  { subject, requested, epoch }: TrajectoryLine,
  point: number,
): SpecimenPoint {
  return { ...subject, requested: requested[point], epoch: epoch[point] };
}

/** Index of the point of a line with this identity; undefined if there is none. */
export function pointAt(line: TrajectoryLine, moment: SpecimenPoint): number | undefined {
  const { subject, requested, epoch } = line;
  const { run, arm, stage, seed } = moment;
  if (subject.run !== run || subject.arm !== arm || subject.seed !== seed) return undefined;
  if (subject.stage !== stage) return undefined;
  for (let i = 0; i < requested.length; i++) {
    if (!Object.is(requested[i], moment.requested)) continue;
    // Pruned specimens have one point per ratio; its epoch advances while it is retrained.
    if (stage !== undefined || epoch[i] === moment.epoch) return i;
  }
  return undefined;
}

/** Name of a subject after its run's title, for example `NonLinear0, dense, seed 42`. */
export function subjectName(title: string, { arm, stage, seed }: LineSubject): string {
  return [
    title,
    arm ?? 'null',
    stage === 'before' ? 'before retraining' : stage === 'after' ? 'after retraining' : undefined,
    seed === undefined ? undefined : `seed ${seed}`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}
