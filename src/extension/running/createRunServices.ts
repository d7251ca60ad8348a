import path from 'node:path';
import type * as vscode from 'vscode';
import type { ExperimentIndex } from '../experiments/experimentIndex';
import type { SelectionStore } from '../selection';
import { EndNotices } from './endNotices';
import { EngineProvider } from './engineProvider';
import { ProgressView } from './progressView';
import { Runs } from './runs';

/** The services that compute: runs of experiments, and the engine process for other tasks. */
export interface RunServices {
  readonly runs: Runs;
  readonly engine: EngineProvider;
}

/** Creates the run services and the views of progress. The engine process starts when it is first needed. */
export function createRunServices(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  experiments: ExperimentIndex,
  selection: SelectionStore,
): RunServices {
  const engine = new EngineProvider(context);
  const nameOf = (folder: string): string =>
    experiments.find(folder)?.name ?? path.basename(folder);
  const runs = new Runs(engine, log, nameOf);
  context.subscriptions.push(
    runs,
    new ProgressView(runs),
    new EndNotices(runs, selection, nameOf),
    engine,
  );
  return { runs, engine };
}
