import type * as vscode from 'vscode';
import type { ExperimentIndex } from './experiments/experimentIndex';
import type { RunService } from './running/runService';
import type { SelectionStore } from './selection';

/** What the features of the extension share; each gets it when it is registered. */
export interface Lab {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  /** The experiments of the workspace and their runs, live. */
  readonly experiments: ExperimentIndex;
  /** What runs and what waits. */
  readonly runs: RunService;
  /** What the user looks at, over all views. */
  readonly selection: SelectionStore;
}
