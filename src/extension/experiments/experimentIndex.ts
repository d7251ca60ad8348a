import type * as vscode from 'vscode';
import type { Specification } from '../../core/experiment/specification';
import type { RunSummary } from '../../node/runStore/listRuns';

/** An experiment of the workspace. */
export interface ExperimentEntry {
  /** Absolute path of its folder: what identifies it. */
  readonly folder: string;
  /** Absolute path of its `experiment.json`. */
  readonly file: string;
  /** Its name; of one whose specification is not valid, its folder's. */
  readonly name: string;
  /** Undefined where it is not valid. */
  readonly specification?: Specification;
  /** What is wrong with the specification. */
  readonly problem?: string;
  /** Newest first. */
  readonly runs: readonly RunSummary[];
}

/** The experiments of all workspace folders, live with the files. */
export interface ExperimentIndex extends vscode.Disposable {
  /** By name, then folder. */
  readonly entries: readonly ExperimentEntry[];
  readonly onDidChange: vscode.Event<void>;
  /** Resolves when the first look at the workspace is done. */
  readonly ready: Promise<void>;
  /** The experiment with this folder, or whose `experiment.json` or run folder this is. */
  find(location: string): ExperimentEntry | undefined;
  /** Looks again now. */
  refresh(): Promise<void>;
  /** Looks soon at one experiment, by its folder: whoever changed it need not wait for it to be noticed. */
  lookSoon(folder: string): void;
}
