import { NotificationType, NotificationType0, RequestType } from 'vscode-jsonrpc';
import type { RowKind, StoredMatrix } from '../core/attribution/matrix';
import type { EngineName } from '../core/engine/engine';
import type { LiveEvent } from '../core/experiment/events';
import type { Failure } from '../core/failure';

/*
 * The protocol between the extension host and the engine's process: JSON-RPC over Node's IPC channel.
 * Cancelling a request stops its work.
 */

/**
 * What a run keeps: `auto` keeps the attribution matrices of every epoch if they are small in total, otherwise
 * what the specification says; `specification` always does the latter.
 */
export type KeepChoice = 'auto' | 'specification' | 'stages' | 'epochs';

/** An experiment to run. */
export interface RunParams {
  /** Chosen by the host; events of the run carry it. */
  readonly job: number;
  /** Absolute path of the experiment's folder. */
  readonly experiment: string;
  readonly engine: EngineName | 'auto';
  /** Number of training threads. */
  readonly workers: number;
  readonly keep: KeepChoice;
  /** Overrides the specification. */
  readonly seeds?: readonly number[];
  /** Starts a new run even if an unfinished one could be resumed. */
  readonly fresh?: boolean;
  /**
   * Resumes this unfinished run, the absolute path of its folder, with its own specification, seeds and
   * engine.
   */
  readonly run?: string;
}

/** Toy data to generate. */
export interface GenerateParams {
  readonly job: number;
  /** Absolute path of the experiment's folder. */
  readonly experiment: string;
}

/** A request for the attribution matrix of a stored specimen, with other rows. */
export interface AttributeParams {
  /** Chosen by the host; events of generating the data carry it. */
  readonly job: number;
  /** Absolute path of the run's folder. */
  readonly run: string;
  /** As `checkpointName` gives it. */
  readonly checkpoint: string;
  readonly rows: RowKind;
  /** Key of a reading of the run, whose probe is used; by default the first. */
  readonly reading?: string;
}

/** The result of a request. */
export type Outcome<T> =
  | { readonly state: 'done'; readonly result: T }
  | { readonly state: 'failed'; readonly failure: Failure };

/** Runs an experiment; answered when it has ended. */
export const runRequest = new RequestType<RunParams, Outcome<null>, void>('run');
/** Generates toy data. @returns its file */
export const generateRequest = new RequestType<GenerateParams, Outcome<string>, void>('generate');
/** Computes an attribution matrix. */
export const attributeRequest = new RequestType<AttributeParams, Outcome<StoredMatrix>, void>(
  'attribute',
);

/** The folder of a run. */
export interface FolderNotice {
  readonly job: number;
  readonly folder: string;
  readonly resumed: boolean;
}
/** A batch of events, in order. */
export interface EventsNotice {
  readonly job: number;
  readonly events: readonly LiveEvent[];
}
/** A note for the user on choices that were made. */
export interface TextNotice {
  readonly job: number;
  readonly text: string;
}

export const folderNotice = new NotificationType<FolderNotice>('folder');
export const eventsNotice = new NotificationType<EventsNotice>('events');
export const textNotice = new NotificationType<TextNotice>('note');

/** From the host: stop all work cleanly and exit. */
export const endNotice = new NotificationType0('end');
