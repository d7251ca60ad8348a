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
 * A part of what an experiment found: one of its runs, a matrix of that run, a layer or a neuron of that
 * matrix. What is left out is not chosen. This is how every view says what it opens or selects.
 */
export interface MatrixPart {
  /** Absolute path of the experiment's folder; may be left out where the run is given. */
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

/** What was measured of a checkpoint beside its matrix. */
export interface CheckpointFacts {
  readonly testLoss: MaybeNumber;
  readonly r2: MaybeNumber;
  /** Share of hidden neurons that are gone. */
  readonly neuronRatio: MaybeNumber;
  /** Share of parameters that are gone. */
  readonly parameterRatio: MaybeNumber;
  /** What random readouts of the same code score, by measure. */
  readonly nulls: Readonly<Partial<Record<MeasureId, MaybeNumber>>>;
}

/** A checkpoint and its facts. Without its weights there is one kind of rows. */
export interface SeriesCheckpoint extends RunCheckpoint {
  /** Undefined where no row of metrics was found. */
  readonly facts?: CheckpointFacts;
}

/** All matrices of a run, without their values. */
export interface MatrixSeries {
  /** Name of the experiment. */
  readonly experiment: string;
  /** Name of the run; empty where there is none. */
  readonly run: string;
  /** Absolute path of the run's folder, for a page that is to be restored. */
  readonly folder?: string;
  /** Absolute path of the experiment's folder, likewise. */
  readonly experimentFolder?: string;
  readonly state: RunState;
  /** Widths of the hidden layers of the unpruned specimen. */
  readonly hidden: readonly number[];
  readonly features: readonly string[];
  /** What the kept matrices hold. */
  readonly rows: RowKind;
  /** The null that measures are held against, where the run says so. */
  readonly nulls?: RunNull;
  /** Whether the run was measured against the old null. */
  readonly oldNull?: boolean;
  /** Of the specimen, which may say why a measure is missing. */
  readonly activation?: Activation;
  /** How the run takes measures; `none` unless given. */
  readonly compatibility?: Compatibility;
  /** Why rows of the other kind cannot be computed here; undefined where they can. */
  readonly otherRows?: string;
  /** A matrix by itself: its checkpoint says nothing of a network, a seed or a moment. */
  readonly alone?: boolean;
  /** By leg and epoch. */
  readonly checkpoints: readonly SeriesCheckpoint[];
  /** Where there is nothing to show: why, and what to do about it. */
  readonly empty?: string;
  /** The run was deleted, or moved away: what happened, in words. There are no checkpoints then. */
  readonly deleted?: string;
  /** What to show first, where the view was opened to show it. */
  readonly part?: MatrixPart;
  /** The user's settings for a view that was not changed yet. */
  readonly defaults?: { readonly measure?: string; readonly ramp?: string };
}

/** What the page of a run's matrices may ask of its host. */
export interface MatrixHost extends PageHost {
  series(): Promise<MatrixSeries>;
  /** Values of a checkpoint; rows of the other kind are computed. */
  matrix(of: { readonly checkpoint: string; readonly rows: RowKind }): Promise<StoredMatrix>;
  specimen(of: { readonly checkpoint: string }): Promise<Specimen>;
  /** The user chose something on the page. */
  selected(part: MatrixPart): void;
  /** The user pressed the button of an empty page. */
  run(): void;
}

/** What the host may tell the page. */
export interface MatrixPage {
  /** Shows a part that was chosen elsewhere. */
  select(part: MatrixPart): void;
  /** There are more checkpoints than before, or others. */
  changed(): void;
}
