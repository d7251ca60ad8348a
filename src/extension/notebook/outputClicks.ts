import path from 'node:path';
import * as vscode from 'vscode';
import type { MatrixPart } from '../../protocol/matrix';
import { readOpenMessage, RENDERER_ID, type OpenMessage } from '../../protocol/notebook';
import type { CommandTarget } from '../experiments/commandTarget';
import type { Lab } from '../lab';
import { showErrorMessage, showWarningMessage } from '../plainText';
import { folderOf } from './controller';

/** Opens in the big view what is clicked in an output: a neuron, a layer, a checkpoint. */
export function openWhatIsClicked(lab: Lab): vscode.Disposable {
  const messaging = vscode.notebooks.createRendererMessaging(RENDERER_ID);
  return messaging.onDidReceiveMessage(async ({ editor, message }) => {
    const clicked = readOpenMessage(message);
    if (clicked) await openClicked(lab, clicked.part, folderOf(editor.notebook));
    else lab.log.warn('the output of a notebook sent an unknown message');
  });
}

/**
 * Opens exactly what was clicked, where it belongs to an experiment of the workspace.
 * @param folder of the notebook, from which relative paths start
 */
export async function openClicked(
  lab: Lab,
  clicked: OpenMessage['part'],
  folder: string,
): Promise<void> {
  const place = await placeIn(lab, clicked, folder);
  if (!place) {
    const what = clicked.run ?? clicked.experiment ?? '';
    void showWarningMessage(
      vscode.l10n.t('No experiment of the workspace has what the output shows: {0}', what),
    );
    return;
  }
  const { openPart } = await import('../matrix/openPart');
  try {
    await openPart({ ...clicked, ...place });
  } catch (error) {
    void showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}

/**
 * The absolute paths of a part. Only an experiment of the workspace is opened: the file of a notebook must
 * not choose what is read elsewhere.
 */
async function placeIn(
  { experiments }: Lab,
  { experiment, run }: MatrixPart,
  folder: string,
): Promise<CommandTarget | undefined> {
  await experiments.ready;
  const named = run ?? experiment;
  if (named === undefined) return undefined;
  const absolute = path.resolve(folder, named);
  const entry = experiments.find(absolute);
  if (!entry) return undefined;
  if (run === undefined) return { experiment: entry.folder };
  const isThere = entry.runs.some((candidate) => candidate.folder === absolute);
  return isThere ? { experiment: entry.folder, run: absolute } : undefined;
}
