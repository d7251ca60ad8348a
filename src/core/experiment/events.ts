import type { AttributionMatrix } from '../attribution/matrix';
import type { Specimen } from '../network/specimen';
import type { MetricsRow } from './metricsRow';
import type { CheckpointId, Leg } from './plan';
import type { RunNull } from './runNull';
import type { Specification } from './specification';

/** A specimen at a moment of its training, with its attribution matrix. */
export interface Checkpoint extends CheckpointId {
  readonly specimen: Specimen;
  /** Of the first reading. */
  readonly attribution: AttributionMatrix;
  /** By key, the matrices of the other readings. */
  readonly readings?: Readonly<Record<string, AttributionMatrix>>;
}

/** State of a run: `running` while a process writes it; `unfinished` after it was stopped or killed. */
export type RunState = 'running' | 'finished' | 'unfinished';

/** A stage of a run. */
export type Stage = 'data' | 'training' | 'retraining';

/** Sizes and quality of the data. */
export interface DataReport {
  readonly samples: number;
  readonly features: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Inverted data only: share of samples whose error exceeds 0.01. */
  readonly approximateShare?: number;
  /** Inverted data only: mean and maximum over samples of the largest |wanted − found| of any feature. */
  readonly meanError?: number;
  readonly maximumError?: number;
  /** Generated data only: mean squared error of the autoencoder in its last epoch. */
  readonly autoencoderLoss?: number;
}

/**
 * The only source of information about a run while it runs: the run store, progress bars, tables, charts and
 * notebooks all read this stream.
 */
export type ExperimentEvent =
  | {
      readonly type: 'run-started';
      readonly specification: Specification;
      /** Description of the engine. */
      readonly engine: string;
      readonly legs: readonly Leg[];
      /** Total epochs of all legs. */
      readonly epochs: number;
      /** Epochs of the legs that an earlier execution has finished. */
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
  /** Comes before any row. All rows of a measure share its null. */
  | { readonly type: 'null-drawn'; readonly nulls: RunNull }
  | { readonly type: 'leg-started'; readonly leg: Leg }
  | { readonly type: 'epoch-measured'; readonly row: MetricsRow }
  /** Follows its row: a checkpoint that the run keeps, or the last of its leg. */
  | { readonly type: 'checkpoint-ready'; readonly checkpoint: Checkpoint }
  | { readonly type: 'leg-finished'; readonly leg: Leg }
  | { readonly type: 'warning'; readonly message: string; readonly leg?: Leg }
  | { readonly type: 'run-finished' };

/** An event as it leaves the process that computes: weights and matrices are read from the run store. */
export type LiveEvent =
  | Exclude<ExperimentEvent, { type: 'checkpoint-ready' }>
  | { readonly type: 'checkpoint-ready'; readonly checkpoint: CheckpointId };
