import path from 'node:path';
import type * as vscode from 'vscode';
import { EngineClient } from '../../node/engineServer/engineClient';
import type { ExperimentIndex } from '../experiments/experimentIndex';
import { ProgressView } from './progressView';
import { Runs } from './runs';
import { tensorflowEnvironment } from './tensorflow';

/** What runs experiments, and what else needs the engine's process. */
export interface Running {
  readonly runs: Runs;
  readonly client: EngineClient;
}

/** Sets up what runs experiments; its process is started when it is first needed. */
export function openRunning(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  experiments: ExperimentIndex,
): Running {
  const client = new EngineClient(tensorflowEnvironment(context));
  const nameOf = (folder: string): string =>
    experiments.find(folder)?.name ?? path.basename(folder);
  const runs = new Runs(client, log, nameOf);
  context.subscriptions.push(runs, new ProgressView(runs), {
    dispose: () => void client.dispose(),
  });
  return { runs, client };
}
