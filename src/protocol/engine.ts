import type { ExperimentEvent } from '../core/experiment/events';
import type { Leg, Phase } from '../core/experiment/plan';

/** A checkpoint as it is announced: its matrix and weights are read from the run store. */
export interface CheckpointNotice {
  /** As `checkpointName` gives it. */
  readonly name: string;
  readonly leg: Leg;
  readonly phase: Phase;
  readonly epoch: number;
}

/** An event of a run as it leaves the engine's process. */
export type LiveEvent =
  | Exclude<ExperimentEvent, { type: 'checkpoint-ready' }>
  | { readonly type: 'checkpoint-ready'; readonly checkpoint: CheckpointNotice };
