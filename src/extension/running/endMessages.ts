import * as vscode from 'vscode';
import type { RunEnd } from './runService';
import { showErrorMessage, showInformationMessage, showWarningMessage } from '../plainText';

/** An action that is offered after a run has ended. */
export interface EndAction {
  readonly label: string;
  run(): Thenable<unknown>;
}

/** The actions to offer, which depend on how a run ended. */
export function endActions(experiment: string, end: RunEnd): EndAction[] {
  const act = (label: string, command: string, argument?: unknown): EndAction => ({
    label,
    run: () => vscode.commands.executeCommand(`polysemanticity.${command}`, argument),
  });
  const target = { experiment, run: end.folder };
  const log = act(vscode.l10n.t('Show Log'), 'log.show');
  switch (end.state) {
    case 'finished':
      return [
        act(vscode.l10n.t('Attribution Matrix'), 'matrix.open', target),
        act(vscode.l10n.t('Trajectories'), 'trajectories.open', target),
      ];
    case 'interrupted': {
      // A run that was interrupted before it had a folder cannot be resumed: start it again.
      const command = end.folder === undefined ? 'experiment.run' : 'run.resume';
      return [act(vscode.l10n.t('Resume'), command, target), log];
    }
    case 'failed':
      return end.place?.file?.endsWith('.json') ? [openFile(end.place), log] : [log];
    case 'stopped':
      return [];
  }
}

function openFile({ file = '', line = 1, column = 1 }: NonNullable<FailedEnd['place']>): EndAction {
  return {
    label: vscode.l10n.t('Open File'),
    run: () => {
      const place = new vscode.Position(line - 1, column - 1);
      const selection = new vscode.Range(place, place);
      return vscode.window.showTextDocument(vscode.Uri.file(file), { selection });
    },
  };
}

type FailedEnd = Extract<RunEnd, { state: 'failed' }>;

/**
 * Shows how a run ended, with the actions to continue. An interruption is a warning rather than an error because
 * VS Code hides warnings after a while: once the run is resumed, the message would be wrong.
 */
export async function showEnd(name: string, experiment: string, end: RunEnd): Promise<void> {
  const actions = endActions(experiment, end);
  const labels = actions.map(({ label }) => label);
  const chosen = await show(name, end, labels);
  await actions.find(({ label }) => label === chosen)?.run();
}

function show(
  name: string,
  end: RunEnd,
  labels: readonly string[],
): Thenable<string | undefined> | undefined {
  switch (end.state) {
    case 'finished':
      return showInformationMessage(vscode.l10n.t('{0} is finished.', name), ...labels);
    case 'interrupted':
      return showWarningMessage(
        vscode.l10n.t(
          '{0} was interrupted ({1}). Its measurements are saved.',
          name,
          end.reason ?? '',
        ),
        ...labels,
      );
    case 'failed':
      return showErrorMessage(`${name}: ${end.reason}`, ...labels);
    case 'stopped':
      return undefined;
  }
}
