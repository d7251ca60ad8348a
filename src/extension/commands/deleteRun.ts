import * as vscode from 'vscode';
import { chooseRun, type ChosenRun } from '../experiments/choose';
import { placeOf } from '../experiments/place';
import { timeInWords } from '../experiments/words';
import type { Lab } from '../lab';

/**
 * Moves runs to the trash, once the user has agreed. One that is at work is not touched.
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
  const working = chosen.find((one) => isAtWork(lab, one));
  if (working) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('The run of {0} is at work. Stop it before you delete it.', working.entry.name),
    );
    return;
  }
  if (chosen.length === 0 || !(await agrees(chosen))) return;
  for (const { run } of chosen) await moveToTrash(run.folder);
  await lab.experiments.refresh();
}

function isAtWork({ runs }: Lab, { run }: ChosenRun): boolean {
  return run.state === 'running' || runs.active.some(({ folder }) => folder === run.folder);
}

async function agrees(chosen: readonly ChosenRun[]): Promise<boolean> {
  const remove = vscode.l10n.t('Move to Trash');
  const [{ entry, run }] = chosen;
  const message =
    chosen.length === 1
      ? vscode.l10n.t('Delete the run of {0} of {1}?', entry.name, timeInWords(run))
      : vscode.l10n.t('Delete {0} runs?', chosen.length);
  const detail = vscode.l10n.t('Its measurements, matrices and networks are moved to the trash.');
  return (
    (await vscode.window.showWarningMessage(message, { modal: true, detail }, remove)) === remove
  );
}

/** Where there is no trash, as on many remote machines, the user is asked once more. */
async function moveToTrash(folder: string): Promise<void> {
  const uri = vscode.Uri.file(folder);
  try {
    await vscode.workspace.fs.delete(uri, { recursive: true, useTrash: true });
  } catch (error) {
    const remove = vscode.l10n.t('Delete Permanently');
    const reason = error instanceof Error ? error.message : String(error);
    const chosen = await vscode.window.showWarningMessage(
      vscode.l10n.t('{0} cannot be moved to the trash.', folder),
      { modal: true, detail: reason },
      remove,
    );
    if (chosen === remove) await vscode.workspace.fs.delete(uri, { recursive: true });
  }
}
