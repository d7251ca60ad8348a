import { NotificationType, NotificationType0, RequestType } from 'vscode-jsonrpc';
import type { RowKind, StoredMatrix } from '../core/attribution/matrix';
import type { EngineName } from '../core/engine/engine';
import type { LiveEvent } from '../core/experiment/events';
import type { Failure } from '../core/failure';

/*
 * Between the extension host and the engine's process, by JSON-RPC over the channel that Node gives parent
 * and child. Cancelling a request stops the work behind it.
 */

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

/** What became of a request; a failure keeps its place in a file. */
export type Outcome<T> =
  | { readonly state: 'done'; readonly result: T }
  | { readonly state: 'failed'; readonly failure: Failure };

/** Runs an experiment; the answer comes when it has ended. */
export const runRequest = new RequestType<RunParams, Outcome<null>, void>('run');
/** Generates toy data. @returns its file */
export const generateRequest = new RequestType<GenerateParams, Outcome<string>, void>('generate');
/** Computes an attribution matrix. */
export const attributeRequest = new RequestType<AttributeParams, Outcome<StoredMatrix>, void>(
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
