import type * as vscode from 'vscode';
import type { StoredMatrix } from '../../core/attribution/matrix';
import type { ErrorPlace } from '../../core/errors';
import type { LiveEvent } from '../../core/experiment/events';
import type { AttributeParams } from '../../protocol/engine';

/** How an experiment is to be run; what is left out is as the settings say. */
export interface RunRequest {
  /** Absolute path of the experiment's folder. */
  readonly experiment: string;
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

/** A run that waits or is at work. */
export interface ActiveRun {
  readonly experiment: string;
  /** Name of the experiment, for people. */
  readonly name: string;
  readonly state: 'queued' | 'starting' | 'running' | 'stopping';
  /** Absolute path of the run's folder, once it is known. */
  readonly folder?: string;
  /** Whole percent of the epochs that are done; undefined before the run has begun. */
  readonly percent?: number;
  /** Milliseconds until the end, once they can be told. */
  readonly timeLeft?: number;
  /** What is happening, in a few words. */
  readonly activity: string;
}

/** How a run ended. */
export type RunEnd =
  | { readonly state: 'finished'; readonly folder: string }
  /** Stopped, or its process died: what was saved is there, and the run can be resumed. */
  | {
      readonly state: 'stopped' | 'interrupted';
      readonly folder?: string;
      readonly reason?: string;
    }
  | {
      readonly state: 'failed';
      readonly folder?: string;
      readonly reason: string;
      /** Where in a file the reason is. */
      readonly place?: ErrorPlace;
    };

/** Something that a run told. */
export interface RunReport {
  readonly experiment: string;
  /** Absolute path of the run's folder; known from the first event on. */
  readonly run: string;
  readonly event: LiveEvent;
}

/** A matrix to compute, and who follows it. */
export interface AttributeRequest extends Omit<AttributeParams, 'job'> {
  readonly signal?: AbortSignal;
  /** Told what is done, in figures that need no translation. */
  readonly progress?: (activity: string) => void;
}

/** Runs experiments in the engine's process, one after another or side by side as the settings say. */
export interface RunService {
  /** Those at work, then those that wait, in their order. */
  readonly active: readonly ActiveRun[];
  /** Something in {@link active} changed; at most once a frame or so. */
  readonly onDidChange: vscode.Event<void>;
  /** Every event of every run, as it happens. */
  readonly onDidReport: vscode.Event<RunReport>;
  /** A run ended, whatever the reason. */
  readonly onDidEnd: vscode.Event<{ readonly experiment: string; readonly end: RunEnd }>;
  /**
   * Runs an experiment, or joins the one that runs already.
   * @returns how it ended; never rejects because of the run itself
   */
  run(request: RunRequest): Promise<RunEnd>;
  /** Stops the run of an experiment, at work or waiting; resolves when it has stopped. */
  stop(experiment: string): Promise<void>;
  /** Stops all and empties the queue. */
  stopAll(): Promise<void>;
  /**
   * Computes a kept specimen's attribution matrix with rows of the other kind, in the engine's process.
   * @throws Stopped when the signal is set
   * @throws NotTrusted
   * @throws LabError when the specimen is not kept, there is not the memory for it, or the process died
   */
  attribute(of: AttributeRequest): Promise<StoredMatrix>;
}
