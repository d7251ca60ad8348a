import { availableParallelism } from 'node:os';
import * as vscode from 'vscode';
import type { KeepChoice } from '../protocol/engine';
import type { EngineChoice } from '../node/compute/engines';

/** The section of the settings that is the extension's. */
const SECTION = 'polysemanticity';

/** How experiments are run. */
export interface RunSettings {
  readonly engine: EngineChoice;
  /** Threads that train side by side. */
  readonly workers: number;
  /** Runs at once. */
  readonly parallel: number;
  readonly keep: KeepChoice;
}

/** How an experiment is run, by the settings of its place. */
export function runSettings(experiment?: string): RunSettings {
  const scope = experiment === undefined ? undefined : vscode.Uri.file(experiment);
  const settings = vscode.workspace.getConfiguration(SECTION, scope);
  const workers = settings.get<number>('workers', 0);
  return {
    engine: settings.get<EngineChoice>('engine', 'auto'),
    // One core is left to the editor.
    workers: workers >= 1 ? Math.floor(workers) : Math.max(1, availableParallelism() - 1),
    parallel: Math.max(1, Math.floor(settings.get<number>('run.parallel', 1))),
    keep: settings.get<KeepChoice>('keep', 'auto'),
  };
}
