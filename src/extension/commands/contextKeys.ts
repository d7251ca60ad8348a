import * as vscode from 'vscode';
import type { Lab } from '../lab';
import { runElsewhere } from '../running/runsElsewhere';

/**
 * Keeps what menus and commands of the manifest ask for: how many experiments there are, their files, the
 * files of those that run or wait here (`activeFiles`), and of those that run here or elsewhere
 * (`busyFiles`). Only what changed is told.
 */
export function keepContextKeys({ experiments, runs }: Lab): vscode.Disposable {
  const told = new Map<string, string>();
  const tell = (key: string, value: unknown): void => {
    const text = JSON.stringify(value);
    if (told.get(key) === text) return;
    told.set(key, text);
    void vscode.commands.executeCommand('setContext', `polysemanticity.${key}`, value);
  };
  const tellFiles = (): void => {
    tell('experimentCount', experiments.entries.length);
    tell(
      'files',
      experiments.entries.map(({ file }) => file),
    );
    tellActive();
  };
  const tellActive = (): void => {
    const active = new Set(runs.active.map(({ experiment }) => experiment));
    const here = experiments.entries.filter(({ folder }) => active.has(folder));
    const busy = experiments.entries.filter(
      (entry) => active.has(entry.folder) || runElsewhere(entry, undefined),
    );
    tell(
      'activeFiles',
      here.map(({ file }) => file),
    );
    tell(
      'busyFiles',
      busy.map(({ file }) => file),
    );
  };
  return vscode.Disposable.from(
    experiments.onDidChange(tellFiles),
    runs.onDidChange(tellActive),
    runs.onDidEnd(tellActive),
  );
}
