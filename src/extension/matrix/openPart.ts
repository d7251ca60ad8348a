import { ratioText, shortNumber } from '../../figures/text/numbers';
import path from 'node:path';
import { modify } from 'jsonc-parser';
import * as vscode from 'vscode';
import { checkpointNamed } from '../../core/experiment/plan';
import type { MatrixPart } from '../../protocol/matrix';
import type { TrajectoryPoint } from '../../protocol/trajectories';
import { plainLabel, showInformationMessage } from '../plainText';
import { findKeptMatrices, type KeptMatrices } from './keptMatrices';

type Item = vscode.QuickPickItem & { readonly checkpoint?: string };

/**
 * Opens a part of the matrices, never silently another one: if a point stands for several specimens, the user chooses
 * one; if the matrix is not kept, the user can open the nearest kept one or run the experiment again.
 * @param part with absolute paths
 * @returns what was opened, or why nothing was
 * @throws LabError when the run cannot be read
 */
export async function openPart(
  part: (MatrixPart | TrajectoryPoint) & { readonly experiment: string },
): Promise<string> {
  const { experiment, run, layer, unit } = part;
  const open = async (checkpoint: string | undefined): Promise<string> => {
    const opened: MatrixPart = { experiment, run, checkpoint, layer, unit };
    await vscode.commands.executeCommand('polysemanticity.matrix.open', opened);
    return checkpoint === undefined
      ? vscode.l10n.t('Opened the matrices of {0}.', path.basename(run ?? experiment))
      : vscode.l10n.t('Opened the matrix of {0}.', momentOf(checkpoint));
  };
  const isPoint = 'specimens' in part;
  if (run === undefined || (!isPoint && part.checkpoint === undefined)) return open(undefined);
  const chosen = isPoint ? await chooseSpecimen(part) : part.checkpoint;
  if (chosen === undefined) return vscode.l10n.t('Nothing was opened: no seed was chosen.');
  const kept = await findKeptMatrices(run, chosen);
  if (kept.isKept) return open(chosen);
  const other = await chooseKept(experiment, chosen, kept);
  const reason = whyNotKept(chosen, kept);
  if (other === RUN_AGAIN) {
    return (await runAgain(experiment))
      ? vscode.l10n.t('{0} The experiment runs again and keeps every epoch.', reason)
      : reason;
  }
  if (other === undefined) return vscode.l10n.t('{0} Nothing was opened.', reason);
  return `${reason} ${await open(other)}`;
}

/** The checkpoint of the only specimen, or of the one that the user chooses. */
async function chooseSpecimen({
  specimens,
  measure,
}: TrajectoryPoint): Promise<string | undefined> {
  const [only] = specimens;
  if (specimens.length === 1) return only.checkpoint;
  const items = specimens.map(({ seed, checkpoint, value }): Item => {
    const label = vscode.l10n.t('Seed {0}', seed);
    const known = value === null ? vscode.l10n.t('undefined') : shortNumber(value);
    return { label, description: `${measure} ${known}`, checkpoint };
  });
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('This point is the mean of {0} networks', specimens.length),
    placeHolder: vscode.l10n.t('Choose the seed whose matrix to open'),
  });
  return chosen?.checkpoint;
}

/** The choice to run the experiment again. No checkpoint has this name. */
const RUN_AGAIN = '';

/** Asks what to do about a matrix that is not kept. */
async function chooseKept(
  experiment: string,
  checkpoint: string,
  kept: KeptMatrices,
): Promise<string | undefined> {
  const items: Item[] = kept.nearest.map((name) => ({
    label: plainLabel(vscode.l10n.t('Open {0}', momentOf(name))),
    description: vscode.l10n.t('nearest kept matrix'),
    checkpoint: name,
  }));
  if (kept.isFinished && kept.keeps !== 'epochs' && vscode.workspace.isTrusted) {
    items.push({
      label: plainLabel(
        vscode.l10n.t('Run {0} again and keep every epoch', path.basename(experiment)),
      ),
      description: vscode.l10n.t('sets keep.attributions to "epochs" in experiment.json'),
      checkpoint: RUN_AGAIN,
    });
  }
  const title = whyNotKept(checkpoint, kept);
  if (items.length === 0) {
    void showInformationMessage(title);
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: vscode.l10n.t('Choose what to open instead'),
  });
  return chosen?.checkpoint;
}

function whyNotKept(checkpoint: string, { keeps, isFinished }: KeptMatrices): string {
  const moment = momentOf(checkpoint);
  return isFinished || keeps === 'none'
    ? vscode.l10n.t('The matrix of {0} is not kept: keep.attributions is "{1}".', moment, keeps)
    : vscode.l10n.t(
        'The matrix of {0} is not kept yet: its network has not finished training.',
        moment,
      );
}

/** Sets `keep.attributions` to "epochs" and runs the experiment again. @returns whether the edit succeeded */
async function runAgain(experiment: string): Promise<boolean> {
  const file = vscode.Uri.file(path.join(experiment, 'experiment.json'));
  const document = await vscode.workspace.openTextDocument(file);
  const edits = modify(document.getText(), ['keep', 'attributions'], 'epochs', {
    formattingOptions: { insertSpaces: true, tabSize: 2 },
  });
  const change = new vscode.WorkspaceEdit();
  for (const { offset, length, content } of edits) {
    const [from, to] = [document.positionAt(offset), document.positionAt(offset + length)];
    change.replace(file, new vscode.Range(from, to), content);
  }
  if (!(await vscode.workspace.applyEdit(change))) return false;
  await vscode.window.showTextDocument(document, { preview: false });
  // Not awaited: the command ends only when the run does.
  void vscode.commands.executeCommand('polysemanticity.experiment.rerun', file);
  return true;
}

/** A checkpoint in words: `epoch 14 (dense, seed 3)`. @param checkpoint as `checkpointName` gives it */
function momentOf(checkpoint: string): string {
  const named = checkpointNamed(checkpoint);
  if (!named) return checkpoint;
  const { leg, phase, epoch } = named;
  const whose = vscode.l10n.t('{0}, seed {1}', leg.arm, leg.seed);
  const asked = ratioText(leg.requested ?? 0);
  const ratio = leg.step === undefined ? asked : vscode.l10n.t('{0} in step {1}', asked, leg.step);
  switch (phase) {
    case 'initial':
      return vscode.l10n.t('the initial weights ({0})', whose);
    case 'pruned':
      return vscode.l10n.t('pruned {0} ({1})', ratio, whose);
    case 'retraining':
      return epoch === 1
        ? vscode.l10n.t('pruned {0}, retrained 1 epoch ({1})', ratio, whose)
        : vscode.l10n.t('pruned {0}, retrained {1} epochs ({2})', ratio, epoch, whose);
    case 'training':
      return vscode.l10n.t('epoch {0} ({1})', epoch, whose);
  }
}
