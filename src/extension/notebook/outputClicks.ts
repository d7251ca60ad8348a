import path from 'node:path';
import * as vscode from 'vscode';
import type { MatrixPart } from '../../protocol/matrix';
import { readOpenMessage, RENDERER_ID, type OpenMessage } from '../../protocol/notebook';
import type { CommandTarget } from '../experiments/commandTarget';
import type { Lab } from '../lab';
import { showErrorMessage, showWarningMessage } from '../plainText';
import { folderOf } from './controller';

/** Opens the neuron, layer or checkpoint that the user clicks in an output. */
export function handleOutputClicks(lab: Lab): vscode.Disposable {
  const messaging = vscode.notebooks.createRendererMessaging(RENDERER_ID);
  return messaging.onDidReceiveMessage(async ({ editor, message }) => {
    const clicked = readOpenMessage(message);
    if (clicked) await openClicked(lab, clicked.part, folderOf(editor.notebook));
    else lab.log.warn('the output of a notebook sent an unknown message');
  });
}

/**
 * Opens the clicked part if it belongs to an experiment of the workspace.
 * @param folder of the notebook, to which the paths of the part are relative
 */
export async function openClicked(
  lab: Lab,
  clicked: OpenMessage['part'],
  folder: string,
): Promise<void> {
  const target = await resolveTarget(lab, clicked, folder);
  if (!target) {
    const missing = clicked.run ?? clicked.experiment ?? '';
    void showWarningMessage(
      vscode.l10n.t('The output shows a run that is not in this workspace: {0}', missing),
    );
    return;
  }
  const { openPart } = await import('../matrix/openPart');
  try {
    await openPart({ ...clicked, ...target });
  } catch (error) {
    void showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Resolves the paths of a part. Returns only experiments of the workspace, so that a notebook from elsewhere cannot
 * make the extension read other files.
 */
async function resolveTarget(
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
  const exists = entry.runs.some((candidate) => candidate.folder === absolute);
  return exists ? { experiment: entry.folder, run: absolute } : undefined;
}
