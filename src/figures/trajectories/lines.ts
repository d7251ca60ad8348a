import type { ArmName } from '../../core/experiment/plan';
import type { NullLevel } from '../../core/experiment/runNull';
import type { Line } from '../lines/data';

/** Where pruned specimens stand. */
export type Stage = 'before' | 'after';

/** What a line of trajectories shows. */
export interface LineSubject {
  readonly run: string;
  /** Undefined for the null, which belongs to no arm. */
  readonly arm?: ArmName;
  /** Of pruned specimens: before or after retraining; undefined over the epochs of training. */
  readonly stage?: Stage;
  /** Undefined where the line is the mean over seeds. */
  readonly seed?: number;
}

/** A line of trajectories: each point stands for a specimen, or for one of each seed. */
export interface TrajectoryLine extends Line {
  readonly subject: LineSubject;
  /** `[points]`: the ratio that was asked for; NaN where nothing was pruned. */
  readonly requested: Float64Array;
  /** `[points]`: epochs of training, or of retraining. */
  readonly epoch: Float64Array;
  /** `[points]`: seeds behind the point. */
  readonly count: Float64Array;
  /** `[points]`: ratios that were reached. */
  readonly neuronRatio?: Float64Array;
  readonly parameterRatio?: Float64Array;
  /** Of a null: its one level, with the error that it has itself. */
  readonly level?: NullLevel;
}

/** Point of a line, in terms that hold over all charts. */
export interface SpecimenPoint extends LineSubject {
  /** NaN where nothing was pruned. */
  readonly requested: number;
  readonly epoch: number;
}

/** What a point of a line stands for. */
export function specimenPointOf(
  { subject, requested, epoch }: TrajectoryLine,
  point: number,
): SpecimenPoint {
  return { ...subject, requested: requested[point], epoch: epoch[point] };
}

/** The point of a line that stands for a moment; undefined where none does. */
export function pointAt(line: TrajectoryLine, moment: SpecimenPoint): number | undefined {
  const { subject, requested, epoch } = line;
  const { run, arm, stage, seed } = moment;
  if (subject.run !== run || subject.arm !== arm || subject.seed !== seed) return undefined;
  if (subject.stage !== stage) return undefined;
  for (let i = 0; i < requested.length; i++) {
    if (!Object.is(requested[i], moment.requested)) continue;
    // Pruned specimens have one point a ratio; its epoch may go on while it is retrained.
    if (stage !== undefined || epoch[i] === moment.epoch) return i;
  }
  return undefined;
}

/** `R 3.41` and the like: what a subject is called after its run's title. */
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
