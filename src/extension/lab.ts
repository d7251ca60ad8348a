import type * as vscode from 'vscode';
import type { ExperimentIndex } from './experiments/experimentIndex';
import type { RunService } from './running/runService';
import type { SelectionStore } from './selection';

/** State that the features of the extension share; each receives it when it is registered. */
export interface Lab {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  /** The experiments of the workspace and their runs, kept up to date. */
  readonly experiments: ExperimentIndex;
  /** Active and queued runs. */
  readonly runs: RunService;
  /** The selection that all views share. */
  readonly selection: SelectionStore;
}
