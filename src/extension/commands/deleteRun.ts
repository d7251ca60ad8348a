import * as vscode from 'vscode';
import { chooseRun, type ChosenRun } from '../experiments/choose';
import { targetOf } from '../experiments/commandTarget';
import { timeInWords } from '../experiments/labels';
import type { Lab } from '../lab';
import { showErrorMessage, showWarningMessage } from '../plainText';

/** The largest number of runs that the confirmation lists by name. */
const MAX_NAMED = 10;

/**
 * Deletes runs after the user agrees, into the trash if there is one. Deletes nothing while one of them is active.
 * @param selected all selected items of the tree
 */
export async function deleteRuns(lab: Lab, argument: unknown, selected: unknown): Promise<void> {
  const items =
    Array.isArray(selected) && selected.length > 1 ? (selected as unknown[]) : [argument];
  // Ignore other items of a mixed selection.
  const runs = items.length > 1 ? items.filter((item) => targetOf(item)?.run !== undefined) : items;
  const chosen: ChosenRun[] = [];
  for (const item of runs) {
    const one = await chooseRun(lab, item, { accepts: ({ state }) => state !== 'running' });
    if (one && !chosen.some(({ run }) => run.folder === one.run.folder)) chosen.push(one);
  }
  const active = chosen.filter((one) => isActive(lab, one));
  if (active.length > 0) {
    void showWarningMessage(
      vscode.l10n.t(
        'Nothing was deleted. These runs are still active, stop them first: {0}',
        active.map(inWords).join('; '),
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

function isActive({ runs }: Lab, { run }: ChosenRun): boolean {
  return run.state === 'running' || runs.active.some(({ folder }) => folder === run.folder);
}

/** Remote machines and VS Code in a browser have no trash, and users can disable it. */
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
  const named = chosen.length === 1 ? [] : chosen.slice(0, MAX_NAMED).map(inWords);
  const others = chosen.length - named.length;
  const consequence = useTrash
    ? vscode.l10n.t('Measurements, matrices and networks are moved to the trash.')
    : vscode.l10n.t(
        'Measurements, matrices and networks are deleted permanently, because there is no trash here.',
      );
  const detail = [
    ...named,
    ...(named.length > 0 && others > 0 ? [vscode.l10n.t('and {0} more', others)] : []),
    consequence,
  ].join('\n');
  return (await showWarningMessage(message, { modal: true, detail }, remove)) === remove;
}

/** If some folders cannot be moved to the trash, asks once whether to delete these permanently. */
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
