import { NotificationType, NotificationType0, RequestType } from 'vscode-jsonrpc';
import type { RowKind, LayerRange } from '../core/attribution/matrix';
import type { EngineName } from '../core/engine/engine';
import type { ExperimentEvent } from '../core/experiment/events';
import type { Leg, Phase } from '../core/experiment/plan';
import type { Failure } from '../core/failure';

/*
 * Between the extension host and the engine's process, by JSON-RPC over the channel that Node gives parent
 * and child. Cancelling a request stops the work behind it.
 */

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

/**
 * What a run keeps: `auto` keeps the attribution matrices of every epoch where all of them together are
 * small, and otherwise what the specification says, as `specification` does always.
 */
export type KeepChoice = 'auto' | 'specification' | 'stages' | 'epochs';

/** An experiment to run. */
export interface RunParams {
  /** Chosen by the host; events of the run carry it. */
  readonly job: number;
  /** Absolute path of the experiment's folder. */
  readonly experiment: string;
  readonly engine: EngineName | 'auto';
  /** Threads that train side by side. */
  readonly workers: number;
  readonly keep: KeepChoice;
  /** Instead of those of the specification. */
  readonly seeds?: readonly number[];
  /** Starts a new run even where an unfinished one could be resumed. */
  readonly fresh?: boolean;
  /**
   * Goes on with this unfinished run, the absolute path of its folder, as it was begun: with its own
   * specification, seeds and engine.
   */
  readonly run?: string;
}

/** Toy data to generate. */
export interface GenerateParams {
  readonly job: number;
  /** Absolute path of the experiment's folder. */
  readonly experiment: string;
}

/** A kept specimen whose attribution matrix is asked for anew, with other rows. */
export interface AttributeParams {
  /** Chosen by the host; events of the data that has to be made carry it. */
  readonly job: number;
  /** Absolute path of the run's folder. */
  readonly run: string;
  /** As `checkpointName` gives it. */
  readonly checkpoint: string;
  readonly rows: RowKind;
}

/** An attribution matrix on its way. */
export interface AttributeResult {
  readonly neurons: number;
  readonly features: number;
  /** `[neurons, features]`, row-major, signed. */
  readonly values: Float32Array;
  readonly rows: RowKind;
  readonly layers: readonly LayerRange[];
  /** `[neurons]`: index of each neuron in its layer of the unpruned specimen. */
  readonly units: Uint32Array;
  readonly featureNames: readonly string[];
  /** As in `AttributionMatrix`. */
  readonly completenessError: number;
}

/** What became of a request; a failure keeps its place in a file. */
export type Outcome<T> =
  | { readonly state: 'done'; readonly result: T }
  | { readonly state: 'failed'; readonly failure: Failure };

/** Runs an experiment; the answer comes when it has ended. */
export const runRequest = new RequestType<RunParams, Outcome<null>, void>('run');
/** Generates toy data. @returns its file */
export const generateRequest = new RequestType<GenerateParams, Outcome<string>, void>('generate');
/** Computes an attribution matrix. */
export const attributeRequest = new RequestType<AttributeParams, Outcome<AttributeResult>, void>(
  'attribute',
);

/** Where a run is kept. */
export interface FolderNotice {
  readonly job: number;
  readonly folder: string;
  readonly resumed: boolean;
}
/** Some of what happened, in its order. */
export interface EventsNotice {
  readonly job: number;
  readonly events: readonly LiveEvent[];
}
/** What a user should know of the choices that were made. */
export interface TextNotice {
  readonly job: number;
  readonly text: string;
}

export const folderNotice = new NotificationType<FolderNotice>('folder');
export const eventsNotice = new NotificationType<EventsNotice>('events');
export const textNotice = new NotificationType<TextNotice>('note');

/** From the host: stop everything cleanly, and end. */
export const endNotice = new NotificationType0('end');
