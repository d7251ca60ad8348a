import path from 'node:path';
import type * as vscode from 'vscode';
import type { EngineClient } from '../../node/engineServer/engineClient';
import type { ExperimentIndex } from '../experiments/experimentIndex';
import { Lazy } from '../lazily';
import type { SelectionStore } from '../selection';
import { EndNotices } from './endNotices';
import { ProgressView } from './progressView';
import { Runs } from './runs';
import { tensorflowEnvironment } from './tensorflow';

/** What runs experiments, and what else needs the engine's process. */
export interface Running {
  readonly runs: Runs;
  readonly engine: Lazy<EngineClient>;
}

/** Sets up what runs experiments; its process is started when it is first needed. */
export function openRunning(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  experiments: ExperimentIndex,
  selection: SelectionStore,
): Running {
  const engine = new Lazy(async () => {
    const { EngineClient } = await import('../../node/engineServer/engineClient');
    return new EngineClient(tensorflowEnvironment(context));
  });
  const nameOf = (folder: string): string =>
    experiments.find(folder)?.name ?? path.basename(folder);
  const runs = new Runs(engine, log, nameOf);
  context.subscriptions.push(
    runs,
    new ProgressView(runs),
    new EndNotices(runs, selection, nameOf),
    { dispose: () => engine.ifMade((client) => client.dispose()) },
  );
  return { runs, engine };
}
