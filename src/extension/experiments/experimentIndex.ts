import type * as vscode from 'vscode';
import type { Specification } from '../../core/experiment/specification';
import type { RunSummary } from '../../node/runStore/listRuns';

/** An experiment in the workspace. */
export interface ExperimentEntry {
  /** Absolute path of its folder, which identifies it. */
  readonly folder: string;
  /** Absolute path of its `experiment.json`. */
  readonly file: string;
  /** Its name, or that of its folder if the specification is not valid. */
  readonly name: string;
  /** Undefined if it is not valid. */
  readonly specification?: Specification;
  /** The error in the specification. */
  readonly problem?: string;
  /** Newest first. */
  readonly runs: readonly RunSummary[];
}

/** The experiments of all workspace folders, kept up to date with the files. */
export interface ExperimentIndex extends vscode.Disposable {
  /** Sorted by name, then folder. */
  readonly entries: readonly ExperimentEntry[];
  readonly onDidChange: vscode.Event<void>;
  /** Resolves when the workspace has been searched once. */
  readonly ready: Promise<void>;
  /** Finds an experiment by its folder, its `experiment.json` or the folder of one of its runs. */
  find(location: string): ExperimentEntry | undefined;
  /** Searches the workspace again. */
  refresh(): Promise<void>;
  /** Reads one experiment again soon, without waiting for a file watcher to report the change. */
  refreshSoon(folder: string): void;
}
