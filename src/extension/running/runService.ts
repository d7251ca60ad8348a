import type * as vscode from 'vscode';
import type { StoredMatrix } from '../../core/attribution/matrix';
import type { ErrorPlace } from '../../core/errors';
import type { LiveEvent } from '../../core/experiment/events';
import type { AttributeParams } from '../../protocol/engine';

/** A request to run an experiment. The settings decide whatever it leaves out. */
export interface RunRequest {
  /** Absolute path of the experiment's folder. */
  readonly experiment: string;
  /** Replace the seeds of the specification. */
  readonly seeds?: readonly number[];
  /** Start a new run even if an unfinished one could be resumed. */
  readonly fresh?: boolean;
  /** Absolute path of an unfinished run to resume, with its own specification, seeds and engine. */
  readonly run?: string;
}

/** A queued or active run. */
export interface ActiveRun {
  readonly experiment: string;
  /** Display name of the experiment. */
  readonly name: string;
  readonly state: 'queued' | 'starting' | 'running' | 'stopping';
  /** Absolute path of the run's folder; undefined until the run has created it. */
  readonly folder?: string;
  /** Percentage of the epochs that are done, a whole number; undefined before the run has started. */
  readonly percent?: number;
  /** Estimated milliseconds until the end; undefined until there is an estimate. */
  readonly timeLeft?: number;
  /** The current step, in a few words. */
  readonly activity: string;
}

/** How a run ended. */
export type RunEnd =
  | { readonly state: 'finished'; readonly folder: string }
  /** Stopped, or its process died. The run can be resumed from its last save. */
  | {
      readonly state: 'stopped' | 'interrupted';
      readonly folder?: string;
      readonly reason?: string;
    }
  | {
      readonly state: 'failed';
      readonly folder?: string;
      readonly reason: string;
      /** Where in a file the error is. */
      readonly place?: ErrorPlace;
    };

/** An event of a run. */
export interface RunReport {
  readonly experiment: string;
  /** Absolute path of the run's folder. */
  readonly run: string;
  readonly event: LiveEvent;
}

/** A matrix to compute, with ways to cancel and follow the computation. */
export interface AttributeRequest extends Omit<AttributeParams, 'job'> {
  readonly signal?: AbortSignal;
  /** Called with the progress, in figures that need no translation. */
  readonly progress?: (activity: string) => void;
}

/** Runs experiments in the engine process, as many at a time as the settings allow. */
export interface RunService {
  /** Active runs, then queued ones in their order. */
  readonly active: readonly ActiveRun[];
  /** {@link active} changed. Fires at most ten times a second. */
  readonly onDidChange: vscode.Event<void>;
  /** Fires for every event of every run. */
  readonly onDidReport: vscode.Event<RunReport>;
  /** A run ended, whatever the reason. */
  readonly onDidEnd: vscode.Event<{ readonly experiment: string; readonly end: RunEnd }>;
  /**
   * Runs an experiment, or joins its run if one is queued or active.
   * @returns how the run ended; a run that fails resolves too
   */
  run(request: RunRequest): Promise<RunEnd>;
  /** Stops the queued and active runs of an experiment; resolves when they have stopped. */
  stop(experiment: string): Promise<void>;
  /** Stops all runs and empties the queue. */
  stopAll(): Promise<void>;
  /**
   * Computes a kept specimen's attribution matrix with rows of the other kind, in the engine process.
   * @throws Stopped when the signal is aborted
   * @throws NotTrusted
   * @throws LabError when the specimen is not kept, memory is insufficient, or the process died
   */
  attribute(of: AttributeRequest): Promise<StoredMatrix>;
}
