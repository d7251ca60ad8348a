import { percent as percentText } from '../../figures/text/numbers';
import * as vscode from 'vscode';
import { timeLeftText } from '../code/format';
import type { Job } from './job';
import type { ActiveRun } from './runService';
import type { Runs } from './runs';
import { plainLabel, plainMessage } from '../plainText';

/** The command of the status bar entry. */
const MENU = 'polysemanticity.running.menu';

/** Shows progress: a notification for each active run, and one status bar entry for all runs. */
export class ProgressView implements vscode.Disposable {
  private readonly bar = vscode.window.createStatusBarItem(
    'polysemanticity.running',
    vscode.StatusBarAlignment.Left,
    10,
  );
  private readonly disposables: vscode.Disposable[];

  constructor(private readonly runs: Runs) {
    this.bar.name = vscode.l10n.t('Polysemanticity: Runs');
    this.bar.command = MENU;
    this.disposables = [
      this.bar,
      runs.onDidBegin((job) => this.notify(job)),
      runs.onDidChange(() => this.update()),
      vscode.commands.registerCommand(MENU, () => this.menu()),
    ];
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  private update(): void {
    const { active } = this.runs;
    const queued = active.filter(({ state }) => state === 'queued').length;
    void setContext('running', active.length > queued);
    void setContext('queued', queued > 0);
    const [first] = active;
    if (!first) return this.bar.hide();
    const others = active.length > 1 ? ` +${active.length - 1}` : '';
    this.bar.text = `$(sync~spin) ${plainLabel(first.name)} ${percentOf(first)}${others}`;
    this.bar.tooltip = active.map(inWords).join('\n');
    this.bar.accessibilityInformation = { label: active.map(inWords).join('; '), role: 'button' };
    this.bar.show();
  }

  /** The cancel button of the notification stops the run. */
  private notify(job: Job): void {
    const { experiment } = job.request;
    void vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: plainMessage(job.name),
        cancellable: true,
      },
      async (progress, token) => {
        let shown = 0;
        const listening = [
          token.onCancellationRequested(() => void this.runs.stop(experiment)),
          this.runs.onDidChange(() => {
            const now = job.snapshot();
            const { percent = 0 } = now;
            progress.report({
              message: plainMessage(activityInWords(now)),
              increment: Math.max(0, percent - shown),
            });
            shown = Math.max(shown, percent);
          }),
        ];
        await job.end;
        for (const disposable of listening) disposable.dispose();
      },
    );
  }

  private async menu(): Promise<void> {
    const items = this.runs.active.flatMap((run) => [
      {
        label: `$(graph-line) ${vscode.l10n.t('Trajectories')}`,
        description: plainLabel(inWords(run)),
        command: 'polysemanticity.trajectories.open',
        run,
      },
      {
        label: `$(debug-stop) ${vscode.l10n.t('Stop')}`,
        description: plainLabel(run.name),
        command: 'polysemanticity.experiment.stop',
        run,
      },
    ]);
    const chosen = await vscode.window.showQuickPick(items);
    if (!chosen) return;
    const { experiment, folder } = chosen.run;
    await vscode.commands.executeCommand(chosen.command, { experiment, run: folder });
  }
}

function setContext(name: string, value: boolean): Thenable<unknown> {
  return vscode.commands.executeCommand('setContext', `polysemanticity.${name}`, value);
}

function percentOf({ percent }: ActiveRun): string {
  return percent === undefined ? '' : percentText(percent / 100);
}

/** The name and progress of a run in one line. */
function inWords(run: ActiveRun): string {
  const words = activityInWords(run);
  return words === '' ? run.name : `${run.name}: ${words}`;
}

function activityInWords({ state, percent = 0, timeLeft, activity }: ActiveRun): string {
  switch (state) {
    case 'queued':
      return vscode.l10n.t('Queued');
    case 'starting':
      return vscode.l10n.t('Starting');
    case 'stopping':
      return vscode.l10n.t('Stopping');
    case 'running':
      return [
        percentText(percent / 100),
        activity,
        ...(timeLeft === undefined ? [] : [timeLeftText(timeLeft)]),
      ].join(' · ');
  }
}
