import type { AttributionMatrix } from '../attribution/matrix';
import type { Specimen } from '../network/specimen';
import type { MetricsRow } from './metricsRow';
import type { CheckpointId, Leg } from './plan';
import type { RunNull } from './runNull';
import type { Specification } from './specification';

/** A specimen at a moment, with what was computed of it. */
export interface Checkpoint extends CheckpointId {
  readonly specimen: Specimen;
  readonly attribution: AttributionMatrix;
}

/** How a run stands: `running` while a living process writes it; `unfinished` when it was stopped or killed. */
export type RunState = 'running' | 'finished' | 'unfinished';

/** What the run is doing before and between its legs. */
export type Stage = 'data' | 'training' | 'retraining';

/** How good the data is. */
export interface DataReport {
  readonly samples: number;
  readonly features: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Of inverted data: share of samples whose coefficients were not reached within 0.01. */
  readonly approximateShare?: number;
  /** Of inverted data: mean and largest |wanted − reached| over samples' worst features. */
  readonly meanError?: number;
  readonly maximumError?: number;
  /** Of generated data: mean squared error of the autoencoder in its last epoch. */
  readonly autoencoderLoss?: number;
}

/**
 * All that can be known of a run while it runs. The run store, the progress bar, tables, charts and
 * notebooks are readers of this stream; there is no second source.
 */
export type ExperimentEvent =
  | {
      readonly type: 'run-started';
      readonly specification: Specification;
      /** Which engine, in words. */
      readonly engine: string;
      readonly legs: readonly Leg[];
      /** Epochs of all legs together. */
      readonly epochs: number;
      /** Epochs of legs that were finished before, when a run is resumed. */
      readonly epochsDone: number;
    }
  | { readonly type: 'stage-started'; readonly stage: Stage; readonly seeds: readonly number[] }
  | {
      readonly type: 'data-progress';
      readonly step: 'inversion' | 'autoencoder';
      readonly done: number;
      readonly of: number;
    }
  | { readonly type: 'data-ready'; readonly report: DataReport }
  /** Before any row: every row's null is that of its measure here. */
  | { readonly type: 'null-drawn'; readonly nulls: RunNull }
  | { readonly type: 'leg-started'; readonly leg: Leg }
  | { readonly type: 'epoch-measured'; readonly row: MetricsRow }
  /** After its row: a checkpoint of which something is kept, or the last of its leg. */
  | { readonly type: 'checkpoint-ready'; readonly checkpoint: Checkpoint }
  | { readonly type: 'leg-finished'; readonly leg: Leg }
  | { readonly type: 'warning'; readonly message: string; readonly leg?: Leg }
  | { readonly type: 'run-finished' };

/** An event as it leaves the process that computes: weights and matrices are read from the run store. */
export type LiveEvent =
  | Exclude<ExperimentEvent, { type: 'checkpoint-ready' }>
  | { readonly type: 'checkpoint-ready'; readonly checkpoint: CheckpointId };
