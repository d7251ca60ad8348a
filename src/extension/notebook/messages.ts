import path from 'node:path';
import * as vscode from 'vscode';
import {
  readOpenMessage,
  RENDERER_ID,
  type OpenMessage,
  type OutputSelection,
} from '../../protocol/notebook';
import type { PageSelection } from '../../protocol/page';
import type { Lab } from '../lab';
import { folderOf } from './controller';
import { showErrorMessage, showWarningMessage } from '../shown';

/** Opens in the big view what is clicked in an output: a neuron, a layer, a checkpoint. */
export function openWhatIsClicked(lab: Lab): vscode.Disposable {
  const messaging = vscode.notebooks.createRendererMessaging(RENDERER_ID);
  return messaging.onDidReceiveMessage(async ({ editor, message }) => {
    const open = readOpenMessage(message);
    if (!open) {
      lab.log.warn('an output of a notebook sent a message that is none');
      return;
    }
    const selection = await placed(open.selection, folderOf(editor.notebook), lab);
    if (selection) {
      await openSelection(lab, selection, open);
    } else {
      const what = open.selection.run ?? open.selection.experiment ?? '';
      void showWarningMessage(
        vscode.l10n.t('No experiment of the workspace has what the output shows: {0}', what),
      );
    }
  });
}

/** Opens exactly what was clicked: where a run and a moment are told, the matrix of that moment alone. */
async function openSelection(
  lab: Lab,
  selection: PageSelection,
  { specimens, measure = '' }: OpenMessage,
): Promise<void> {
  const { experiment, run, checkpoint, layer, unit, source } = selection;
  const wanted =
    specimens ?? (checkpoint === undefined ? [] : [{ seed: 0, checkpoint, value: null }]);
  if (run === undefined || wanted.length === 0) {
    await vscode.commands.executeCommand('polysemanticity.matrix.open', selection);
    lab.selection.select(selection);
    return;
  }
  const { openPoint } = await import('../matrix/openPart');
  const part = { layer, unit };
  try {
    await openPoint(lab, { experiment, run, specimens: wanted, measure, part, source });
  } catch (error) {
    void showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}

/**
 * A selection by absolute paths. Only what belongs to an experiment of the workspace is opened: the file
 * of a notebook must not choose what is read elsewhere.
 */
async function placed(
  { experiment, run, ...rest }: OutputSelection,
  folder: string,
  lab: Lab,
): Promise<PageSelection | undefined> {
  await lab.experiments.ready;
  const absolute = (file: string | undefined): string | undefined =>
    file === undefined ? undefined : path.resolve(folder, file);
  const runFolder = absolute(run);
  const place = runFolder ?? absolute(experiment);
  const entry = place === undefined ? undefined : lab.experiments.find(place);
  if (!entry) return undefined;
  const known = entry.runs.some((candidate) => candidate.folder === runFolder);
  if (runFolder !== undefined && !known) return undefined;
  return { ...rest, experiment: entry.folder, run: runFolder, source: 'notebook' };
}
