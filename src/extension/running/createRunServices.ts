import path from 'node:path';
import type * as vscode from 'vscode';
import type { ExperimentIndex } from '../experiments/experimentIndex';
import type { SelectionStore } from '../selection';
import { EndNotices } from './endNotices';
import { EngineDoor } from './engineProvider';
import { ProgressView } from './progressView';
import { Runs } from './runs';

/** What runs experiments, and what else needs the engine's process. */
export interface Running {
  readonly runs: Runs;
  readonly engine: EngineDoor;
}

/** Sets up what runs experiments; its process is started when it is first needed. */
export function openRunning(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  experiments: ExperimentIndex,
  selection: SelectionStore,
): Running {
  const engine = new EngineDoor(context);
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
