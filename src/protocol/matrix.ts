import type { RowKind, StoredMatrix } from '../core/attribution/matrix';
import type { RunState } from '../core/experiment/events';
import type { MaybeNumber } from '../core/experiment/metricsRow';
import type { RunCheckpoint } from '../core/experiment/plan';
import type { RunNull } from '../core/experiment/runNull';
import type { Compatibility } from '../core/measures/measure';
import type { MeasureId } from '../core/measures/table';
import type { Activation } from '../core/network/layout';
import type { Specimen } from '../core/network/specimen';
import type { PageHost } from './connection';

/**
 * Identifies what a view opens or selects: a run of an experiment, a matrix of that run, a layer or a neuron of
 * that matrix. Fields that are left out are not selected.
 */
export interface MatrixPart {
  /** Absolute path of the experiment's folder; may be left out if the run is given. */
  readonly experiment?: string;
  /** Absolute path of the run's folder. */
  readonly run?: string;
  /** As `checkpointName` gives it. */
  readonly checkpoint?: string;
  /** 0-based index of a hidden layer. */
  readonly layer?: number;
  /** 0-based index of a neuron in its layer of the unpruned specimen. */
  readonly unit?: number;
}

/** Measurements of a checkpoint besides its matrix. */
export interface CheckpointFacts {
  readonly testLoss: MaybeNumber;
  readonly r2: MaybeNumber;
  /** Share of pruned hidden neurons. */
  readonly neuronRatio: MaybeNumber;
  /** Share of removed parameters. */
  readonly parameterRatio: MaybeNumber;
  /** Share of removed or masked weights; only in experiments with arms. */
  readonly weightRatio?: MaybeNumber;
  /** Scores of random readouts of the same code, by measure. */
  readonly nulls: Readonly<Partial<Record<MeasureId, MaybeNumber>>>;
}

/** A checkpoint and its facts. Without stored weights, only one kind of rows is available. */
export interface SeriesCheckpoint extends RunCheckpoint {
  /** Undefined if there is no row of metrics. */
  readonly facts?: CheckpointFacts;
}

/** An arm of a run. */
export interface SeriesArm {
  readonly name: string;
  /** The arm whose training it continues; undefined if it starts from no training. */
  readonly trainedAs?: string;
}

/** All matrices of a run, without their values. */
export interface MatrixSeries {
  /** Name of the experiment. */
  readonly experiment: string;
  /** Name of the run; empty if there is none. */
  readonly run: string;
  /** Absolute path of the run's folder, to restore the page. */
  readonly folder?: string;
  /** Absolute path of the experiment's folder, likewise. */
  readonly experimentFolder?: string;
  readonly state: RunState;
  /** Widths of the hidden layers of the unpruned specimen. */
  readonly hidden: readonly number[];
  readonly features: readonly string[];
  /** The kind of rows of the stored matrices. */
  readonly rows: RowKind;
  /** The null that measures are compared with, if the run has one. */
  readonly nulls?: RunNull;
  /** Whether the run was measured against the old null. */
  readonly oldNull?: boolean;
  /** Of the specimen; may explain why a measure is missing. */
  readonly activation?: Activation;
  /** How the run computes measures; `none` unless given. */
  readonly compatibility?: Compatibility;
  /** Why rows of the other kind cannot be computed; undefined if they can. */
  readonly otherRows?: string;
  /** A single matrix, whose checkpoint has no network, seed or epoch. */
  readonly alone?: boolean;
  /** The arms where the experiment names them; otherwise each has a training of its own. */
  readonly arms?: readonly SeriesArm[];
  /** By leg and epoch. */
  readonly checkpoints: readonly SeriesCheckpoint[];
  /** Why there is nothing to show, and what to do about it. */
  readonly empty?: string;
  /** What happened to a deleted or moved run, in words. There are no checkpoints then. */
  readonly deleted?: string;
  /** The part to show first. */
  readonly part?: MatrixPart;
  /** The user's settings for a new view. */
  readonly defaults?: { readonly measure?: string; readonly ramp?: string };
}

/** Methods of the host for the matrix page. */
export interface MatrixHost extends PageHost {
  series(): Promise<MatrixSeries>;
  /** The matrix of a checkpoint; rows of the other kind are computed. */
  matrix(of: { readonly checkpoint: string; readonly rows: RowKind }): Promise<StoredMatrix>;
  specimen(of: { readonly checkpoint: string }): Promise<Specimen>;
  /** The user chose something on the page. */
  selected(part: MatrixPart): void;
  /** The user pressed the button of an empty page. */
  run(): void;
}

/** Methods of the matrix page for its host. */
export interface MatrixPage {
  /** Shows a part that was selected elsewhere. */
  select(part: MatrixPart): void;
  /** The list of checkpoints has changed. */
  changed(): void;
}
