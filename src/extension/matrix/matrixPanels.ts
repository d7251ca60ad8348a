import path from 'node:path';
import * as vscode from 'vscode';
import { chooseExperiment } from '../experiments/choose';
import { targetOf } from '../experiments/commandTarget';
import type { Lab } from '../lab';
import { openPanel } from '../pages/pagePanel';
import type { SelectedPart } from '../selection';
import { showErrorMessage } from '../plainText';
import { tickStep } from '../walkthrough';
import { MatrixPanel, titleOf } from './matrixPanel';
import { partOf, runOf } from './target';

/** Opens panels with matrices: one for each run, or for an experiment without runs. */
export class MatrixPanels implements vscode.Disposable {
  private readonly panels = new Map<string, MatrixPanel>();
  private readonly disposables: vscode.Disposable[];

  constructor(private readonly lab: Lab) {
    this.disposables = [lab.selection.onDidChange((selection) => this.follow(selection))];
  }

  /**
   * Opens a part of the matrices and selects it in all views. The panel receives the part only through the selection,
   * so that its page gets one message.
   * @param argument of the command
   */
  async open(argument: unknown): Promise<void> {
    const entry = await chooseExperiment(this.lab, argument);
    if (!entry) return;
    const named = targetOf(argument)?.run;
    const run = runOf(entry, named);
    if (named !== undefined && run === undefined) {
      const name = path.basename(named);
      void showErrorMessage(
        vscode.l10n.t('{0} has no run {1}: it was moved or deleted.', entry.name, name),
      );
      return;
    }
    if (run !== undefined) tickStep('matrix');
    const known = this.panels.get(run ?? entry.folder);
    if (known) {
      known.reveal();
    } else {
      this.show(openPanel('matrix', titleOf(entry.name, run)), entry.folder, run);
    }
    const { folder: experiment } = entry;
    this.lab.selection.select({ ...partOf(argument), experiment, run, source: 'command' });
  }

  /** Restores a panel that was open when the window was closed. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    const { run, experiment } = (state ?? {}) as { run?: unknown; experiment?: unknown };
    if (typeof experiment === 'string') {
      this.show(panel, experiment, typeof run === 'string' ? run : undefined);
    } else {
      panel.dispose();
    }
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
    for (const panel of [...this.panels.values()]) panel.close();
  }

  private show(panel: vscode.WebviewPanel, experiment: string, run: string | undefined): void {
    const shown: MatrixPanel = new MatrixPanel(panel, this.lab, experiment, run, {
      moved: (from, to) => {
        if (this.panels.get(from) === shown) this.panels.delete(from);
        this.panels.set(to, shown);
      },
      closed: (key) => {
        if (this.panels.get(key) === shown) this.panels.delete(key);
      },
    });
    this.panels.set(shown.key, shown);
  }

  private follow(selection: SelectedPart): void {
    if (selection.source === 'matrix') return;
    for (const panel of this.panels.values()) {
      if (panel.experiment !== selection.experiment) continue;
      if (selection.run !== undefined && selection.run !== panel.run) continue;
      panel.select(selection);
    }
  }
}
