import { availableParallelism } from 'node:os';
import * as vscode from 'vscode';
import type { KeepChoice } from '../protocol/engine';
import type { EngineChoice } from '../node/compute/engines';

/** The extension's section of the settings. */
const SECTION = 'polysemanticity';

/** Settings that runs use. */
export interface RunSettings {
  readonly engine: EngineChoice;
  /** Threads that train in parallel. */
  readonly workers: number;
  /** The largest number of concurrent runs. */
  readonly parallel: number;
  readonly keep: KeepChoice;
}

/** The settings that apply to the folder of an experiment, or to the window where none is given. */
export function runSettings(experiment?: string): RunSettings {
  const scope = experiment === undefined ? undefined : vscode.Uri.file(experiment);
  const settings = vscode.workspace.getConfiguration(SECTION, scope);
  const workers = settings.get<number>('workers', 0);
  return {
    engine: settings.get<EngineChoice>('engine', 'auto'),
    // Leave one core to the editor.
    workers: workers >= 1 ? Math.floor(workers) : Math.max(1, availableParallelism() - 1),
    parallel: Math.max(1, Math.floor(settings.get<number>('run.parallel', 1))),
    keep: settings.get<KeepChoice>('keep', 'auto'),
  };
}
