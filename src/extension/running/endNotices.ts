import * as vscode from 'vscode';
import type { SelectionStore } from '../selection';
import { endActions, showEnd, type EndAction } from './endMessages';
import type { RunEnd } from './runService';
import type { Runs } from './runs';
import { plainLabel } from '../plainText';

const MENU = 'polysemanticity.ended.menu';

/** A run that has ended and that the user has not looked at yet. */
interface Ended {
  readonly name: string;
  readonly experiment: string;
  readonly end: RunEnd;
}

/**
 * Shows how runs ended: in a message, which VS Code hides after a while, and in the status bar, for users who come
 * back later. The status bar entry stays until the user opens or dismisses the run, or runs its experiment again.
 */
export class EndNotices implements vscode.Disposable {
  private readonly bar = vscode.window.createStatusBarItem(
    'polysemanticity.ended',
    vscode.StatusBarAlignment.Left,
    9,
  );
  /** The latest ended run of each experiment, by the experiment's folder. */
  private readonly unseen = new Map<string, Ended>();
  private readonly disposables: vscode.Disposable[];

  /** @param nameOf name of an experiment, by its folder */
  constructor(runs: Runs, selection: SelectionStore, nameOf: (experiment: string) => string) {
    this.bar.name = vscode.l10n.t('Polysemanticity: Ended Runs');
    this.bar.command = MENU;
    this.disposables = [
      this.bar,
      runs.onDidEnd(({ experiment, end }) =>
        this.add({ name: nameOf(experiment), experiment, end }),
      ),
      runs.onDidBegin(({ request }) => this.forget(request.experiment)),
      selection.onDidChange(({ experiment, run }) => {
        if (run !== undefined && this.unseen.get(experiment)?.end.folder === run) {
          this.forget(experiment);
        }
      }),
      vscode.commands.registerCommand(MENU, () => this.menu()),
    ];
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  private add(ended: Ended): void {
    // The user stopped it and knows.
    if (ended.end.state === 'stopped') return;
    this.unseen.set(ended.experiment, ended);
    this.update();
    void showEnd(ended.name, ended.experiment, ended.end);
  }

  private forget(experiment: string): void {
    if (this.unseen.delete(experiment)) this.update();
  }

  private update(): void {
    const all = [...this.unseen.values()];
    void vscode.commands.executeCommand('setContext', 'polysemanticity.ended', all.length > 0);
    if (all.length === 0) return this.bar.hide();
    const isBad = all.some(({ end }) => end.state !== 'finished');
    this.bar.text = `$(${isBad ? 'warning' : 'pass'}) ${
      all.length === 1 ? plainLabel(inWords(all[0])) : vscode.l10n.t('{0} runs ended', all.length)
    }`;
    this.bar.backgroundColor = isBad
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
    const label = all.map(inWords).join('; ');
    this.bar.tooltip = all.map(inWords).join('\n');
    this.bar.accessibilityInformation = { label, role: 'button' };
    this.bar.show();
  }

  private async menu(): Promise<void> {
    const items: (vscode.QuickPickItem & { ended?: Ended; action?: EndAction })[] = [];
    for (const ended of this.unseen.values()) {
      const { Separator } = vscode.QuickPickItemKind;
      items.push({ label: plainLabel(inWords(ended)), kind: Separator });
      for (const action of endActions(ended.experiment, ended.end)) {
        items.push({ label: action.label, description: plainLabel(ended.name), ended, action });
      }
    }
    const dismiss = vscode.l10n.t('Dismiss');
    const chosen = await vscode.window.showQuickPick([...items, { label: dismiss }], {
      title: vscode.l10n.t('Ended Runs'),
      matchOnDescription: true,
    });
    if (!chosen) return;
    if (chosen.label === dismiss) this.unseen.clear();
    else if (chosen.ended) this.unseen.delete(chosen.ended.experiment);
    this.update();
    await chosen.action?.run();
  }
}

/** `NonLinear0 is finished` */
function inWords({ name, end }: Ended): string {
  switch (end.state) {
    case 'finished':
      return vscode.l10n.t('{0} is finished', name);
    case 'interrupted':
      return vscode.l10n.t('{0} was interrupted', name);
    case 'stopped':
      return vscode.l10n.t('{0} was stopped', name);
    case 'failed':
      return vscode.l10n.t('{0} failed', name);
  }
}
