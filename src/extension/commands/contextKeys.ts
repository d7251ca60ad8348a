import * as vscode from 'vscode';
import type { Lab } from '../lab';
import { findRunElsewhere } from '../running/runsElsewhere';

/**
 * Updates the context keys that `when` clauses of the manifest test: the number of experiments, their files, the
 * files of those that are queued or active in this window (`activeFiles`), and of those that any process runs
 * (`busyFiles`). Sets only keys whose value changed.
 */
export function keepContextKeys({ experiments, runs }: Lab): vscode.Disposable {
  const last = new Map<string, string>();
  const set = (key: string, value: unknown): void => {
    const text = JSON.stringify(value);
    if (last.get(key) === text) return;
    last.set(key, text);
    void vscode.commands.executeCommand('setContext', `polysemanticity.${key}`, value);
  };
  const setFiles = (): void => {
    set('experimentCount', experiments.entries.length);
    set(
      'files',
      experiments.entries.map(({ file }) => file),
    );
    setActive();
  };
  const setActive = (): void => {
    const active = new Set(runs.active.map(({ experiment }) => experiment));
    const here = experiments.entries.filter(({ folder }) => active.has(folder));
    const busy = experiments.entries.filter(
      (entry) => active.has(entry.folder) || findRunElsewhere(entry, undefined),
    );
    set(
      'activeFiles',
      here.map(({ file }) => file),
    );
    set(
      'busyFiles',
      busy.map(({ file }) => file),
    );
  };
  return vscode.Disposable.from(
    experiments.onDidChange(setFiles),
    runs.onDidChange(setActive),
    runs.onDidEnd(setActive),
  );
}
