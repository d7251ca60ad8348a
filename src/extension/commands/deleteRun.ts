import * as vscode from 'vscode';
import { chooseRun, type ChosenRun } from '../experiments/choose';
import { placeOf } from '../experiments/commandTarget';
import { timeInWords } from '../experiments/labels';
import type { Lab } from '../lab';
import { showErrorMessage, showWarningMessage } from '../plainText';

/** Runs that a question names before it only counts them. */
const MOST_NAMED = 10;

/**
 * Deletes runs, into the trash where there is one, once the user has agreed. Runs that are at work are not
 * touched.
 * @param selected all items that are selected beside the first
 */
export async function deleteRuns(lab: Lab, argument: unknown, selected: unknown): Promise<void> {
  const items =
    Array.isArray(selected) && selected.length > 1 ? (selected as unknown[]) : [argument];
  // Of a mixed selection, only its runs.
  const runs = items.length > 1 ? items.filter((item) => placeOf(item)?.run !== undefined) : items;
  const chosen: ChosenRun[] = [];
  for (const item of runs) {
    const one = await chooseRun(lab, item, { accepts: ({ state }) => state !== 'running' });
    if (one && !chosen.some(({ run }) => run.folder === one.run.folder)) chosen.push(one);
  }
  const working = chosen.filter((one) => isAtWork(lab, one));
  if (working.length > 0) {
    void showWarningMessage(
      vscode.l10n.t(
        'Nothing was deleted: these runs are still at work, stop them first: {0}',
        working.map(inWords).join('; '),
      ),
    );
    return;
  }
  if (chosen.length === 0) return;
  const useTrash = hasTrash();
  if (!(await agrees(chosen, useTrash))) return;
  const folders = chosen.map(({ run }) => vscode.Uri.file(run.folder));
  try {
    await deleteAll(folders, useTrash);
  } finally {
    await lab.experiments.refresh();
  }
}

function isAtWork({ runs }: Lab, { run }: ChosenRun): boolean {
  return run.state === 'running' || runs.active.some(({ folder }) => folder === run.folder);
}

/** Servers that VS Code reaches over SSH or from a browser have no trash, and a user may have switched it off. */
function hasTrash(): boolean {
  const isDesktop = vscode.env.uiKind === vscode.UIKind.Desktop;
  const isWanted = vscode.workspace.getConfiguration('files').get('enableTrash', true);
  return isDesktop && vscode.env.remoteName === undefined && isWanted;
}

async function agrees(chosen: readonly ChosenRun[], useTrash: boolean): Promise<boolean> {
  const remove = useTrash ? vscode.l10n.t('Move to Trash') : vscode.l10n.t('Delete Permanently');
  const message =
    chosen.length === 1
      ? vscode.l10n.t('Delete the run {0}?', inWords(chosen[0]))
      : vscode.l10n.t('Delete {0} runs?', chosen.length);
  const named = chosen.length === 1 ? [] : chosen.slice(0, MOST_NAMED).map(inWords);
  const others = chosen.length - named.length;
  const what = useTrash
    ? vscode.l10n.t('Measurements, matrices and networks are moved to the trash.')
    : vscode.l10n.t(
        'Measurements, matrices and networks are deleted for good: there is no trash here to take them back from.',
      );
  const detail = [
    ...named,
    ...(named.length > 0 && others > 0 ? [vscode.l10n.t('and {0} more', others)] : []),
    what,
  ].join('\n');
  return (await showWarningMessage(message, { modal: true, detail }, remove)) === remove;
}

/** Where the trash takes some of them not, it is asked once whether these are to be deleted for good. */
async function deleteAll(folders: readonly vscode.Uri[], useTrash: boolean): Promise<void> {
  const refused: { readonly folder: vscode.Uri; readonly reason: string }[] = [];
  for (const folder of folders) {
    try {
      await vscode.workspace.fs.delete(folder, { recursive: true, useTrash });
    } catch (error) {
      refused.push({ folder, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  if (refused.length === 0) return;
  const detail = refused.map(({ folder, reason }) => `${folder.fsPath}: ${reason}`).join('\n');
  if (!useTrash) {
    const message = vscode.l10n.t(
      '{0} of {1} runs could not be deleted.',
      refused.length,
      folders.length,
    );
    void showErrorMessage(message, { modal: true, detail });
    return;
  }
  const remove = vscode.l10n.t('Delete Permanently');
  const chosen = await showWarningMessage(
    vscode.l10n.t('{0} of {1} runs cannot be moved to the trash.', refused.length, folders.length),
    { modal: true, detail },
    remove,
  );
  if (chosen === remove)
    await deleteAll(
      refused.map(({ folder }) => folder),
      false,
    );
}

/** `NonLinear0, 2026-11-24 14:05:33` */
function inWords({ entry, run }: ChosenRun): string {
  return `${entry.name}, ${timeInWords(run)}`;
}
