import * as vscode from 'vscode';
import { stateInWords, timeInWords } from '../experiments/labels';
import type { Lab } from '../lab';
import { plainLabel, showInformationMessage } from '../plainText';

/**
 * Lets the user choose among the runs of all experiments.
 * @param chosen folders of the runs that are already chosen
 * @returns folders; undefined if the user cancels, or if there are no runs, which a message has said
 */
export async function pickRuns(
  { experiments }: Lab,
  chosen: readonly string[],
): Promise<string[] | undefined> {
  await experiments.ready;
  const groups = experiments.entries.flatMap(({ name, folder, runs }) => {
    const readable = runs.filter(({ state }) => state !== 'damaged');
    if (readable.length === 0) return [];
    return [
      {
        label: plainLabel(name),
        kind: vscode.QuickPickItemKind.Separator,
        run: undefined,
        picked: false,
      },
      ...readable.map((run) => ({
        label: plainLabel(`${name} ${run.id}`),
        description: plainLabel(`${timeInWords(run)}, ${stateInWords(run.state)}`),
        detail: plainLabel(vscode.workspace.asRelativePath(folder)),
        picked: chosen.includes(run.folder),
        run: run.folder,
      })),
    ];
  });
  if (groups.length === 0) {
    void showInformationMessage(vscode.l10n.t('No experiment of this workspace has been run yet.'));
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(groups, {
    title: vscode.l10n.t('Choose the Runs to Compare'),
    canPickMany: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.flatMap(({ run }) => (run === undefined ? [] : [run]));
}
