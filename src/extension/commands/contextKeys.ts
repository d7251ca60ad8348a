import * as vscode from 'vscode';
import type { Lab } from '../lab';

/**
 * Keeps what menus and commands of the manifest ask for: how many experiments there are, their files, and
 * the files of those that run or wait. Only what changed is told.
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
    const files = runs.active.map(({ experiment }) => experiments.find(experiment)?.file);
    tell(
      'activeFiles',
      files.filter((file) => file !== undefined),
    );
  };
  return vscode.Disposable.from(
    experiments.onDidChange(tellFiles),
    runs.onDidChange(tellActive),
    runs.onDidEnd(tellActive),
  );
}
