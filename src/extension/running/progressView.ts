import * as vscode from 'vscode';
import { left } from '../code/words';
import type { Job } from './job';
import type { ActiveRun, RunEnd } from './runService';
import type { Runs } from './runs';

/** Ids of what the status bar offers. */
const MENU = 'polysemanticity.running.menu';

/** Progress as people see it: a notification for what runs, one place in the status bar for all. */
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
    this.bar.text = `$(sync~spin) ${first.name} ${percentOf(first)}${others}`;
    this.bar.tooltip = active.map(inWords).join('\n');
    this.bar.accessibilityInformation = { label: active.map(inWords).join('; '), role: 'button' };
    this.bar.show();
  }

  /** The notification's own cancel button is a stop button. */
  private notify(job: Job): void {
    const { experiment } = job.request;
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: job.name, cancellable: true },
      async (progress, token) => {
        let shown = 0;
        const listening = [
          token.onCancellationRequested(() => void this.runs.stop(experiment)),
          this.runs.onDidChange(() => {
            const now = job.snapshot();
            progress.report({
              message: activityInWords(now),
              increment: Math.max(0, 100 * now.share - shown),
            });
            shown = Math.max(shown, 100 * now.share);
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
        description: inWords(run),
        command: 'polysemanticity.trajectories.open',
        run,
      },
      {
        label: `$(debug-stop) ${vscode.l10n.t('Stop')}`,
        description: run.name,
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

/** Tells how a run ended where that needs a word, and offers what comes next. */
export async function tellEnd(name: string, experiment: string, end: RunEnd): Promise<void> {
  const resume = vscode.l10n.t('Resume');
  const showLog = vscode.l10n.t('Show Log');
  switch (end.state) {
    case 'finished': {
      const matrix = vscode.l10n.t('Attribution Matrix');
      const trajectories = vscode.l10n.t('Trajectories');
      const message = vscode.l10n.t('{0} is finished.', name);
      const chosen = await vscode.window.showInformationMessage(message, matrix, trajectories);
      const view = chosen === matrix ? 'matrix' : chosen === trajectories ? 'trajectories' : null;
      if (view === null) return;
      await vscode.commands.executeCommand(`polysemanticity.${view}.open`, {
        experiment,
        run: end.folder,
      });
      return;
    }
    case 'stopped':
      return;
    case 'interrupted': {
      const message = vscode.l10n.t(
        '{0} was interrupted ({1}). What was measured is saved.',
        name,
        end.reason ?? '',
      );
      const chosen = await vscode.window.showErrorMessage(message, resume, showLog);
      if (chosen === resume) {
        await vscode.commands.executeCommand(
          // A run that was interrupted before it had a folder is only begun again.
          `polysemanticity.${end.folder === undefined ? 'experiment.run' : 'run.resume'}`,
          { experiment, run: end.folder },
        );
      } else if (chosen === showLog) {
        await vscode.commands.executeCommand('polysemanticity.log.show');
      }
      return;
    }
    case 'failed': {
      const { file, line = 1, column = 1 } = end.place ?? {};
      const openFile = vscode.l10n.t('Open File');
      const actions = file?.endsWith('.json') ? [openFile, showLog] : [showLog];
      const chosen = await vscode.window.showErrorMessage(`${name}: ${end.reason}`, ...actions);
      if (chosen === openFile && file !== undefined) {
        const place = new vscode.Position(line - 1, column - 1);
        const selection = new vscode.Range(place, place);
        await vscode.window.showTextDocument(vscode.Uri.file(file), { selection });
      } else if (chosen === showLog) {
        await vscode.commands.executeCommand('polysemanticity.log.show');
      }
      return;
    }
  }
}

function setContext(name: string, value: boolean): Thenable<unknown> {
  return vscode.commands.executeCommand('setContext', `polysemanticity.${name}`, value);
}

function percentOf({ state, share }: ActiveRun): string {
  return state === 'queued' ? '' : `${Math.floor(100 * share)} %`;
}

/** A run in one line. */
function inWords(run: ActiveRun): string {
  const words = activityInWords(run);
  return words === '' ? run.name : `${run.name}: ${words}`;
}

function activityInWords({ state, share, timeLeft, activity }: ActiveRun): string {
  switch (state) {
    case 'queued':
      return vscode.l10n.t('Queued');
    case 'starting':
      return vscode.l10n.t('Starting');
    case 'stopping':
      return vscode.l10n.t('Stopping');
    case 'running':
      return [
        `${Math.floor(100 * share)} %`,
        activity,
        ...(timeLeft === undefined ? [] : [left(timeLeft)]),
      ].join(' · ');
  }
}
