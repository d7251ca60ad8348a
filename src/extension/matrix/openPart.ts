import path from 'node:path';
import { modify } from 'jsonc-parser';
import * as vscode from 'vscode';
import type { PageSelection } from '../../protocol/page';
import type { TrajectoryPoint } from '../../protocol/trajectories';
import type { Lab } from '../lab';
import { keptOf, type Kept } from './kept';
import { plainLabel, showInformationMessage } from '../shown';

/** A point that is to be opened, and who asks for it. */
export interface WantedPoint extends TrajectoryPoint {
  /** Absolute path of the experiment's folder. */
  readonly experiment: string;
  /** What of its matrix is to be shown. */
  readonly part?: Pick<PageSelection, 'layer' | 'unit'>;
  readonly source: PageSelection['source'];
}

type Item = vscode.QuickPickItem & { readonly checkpoint?: string };

/**
 * Opens the matrix of a point, and no other: of several specimens the user chooses one, and where its matrix
 * is not kept, among those that are, or to compute it.
 * @returns what was opened, or why nothing was
 * @throws LabError when the run cannot be read
 */
export async function openPoint(lab: Lab, wanted: WantedPoint): Promise<string> {
  const chosen = await chooseSpecimen(wanted);
  if (chosen === undefined) return vscode.l10n.t('Nothing was opened: no seed was chosen.');
  const kept = await keptOf(wanted.run, chosen);
  if (kept.isKept) return open(lab, wanted, chosen);
  const other = await chooseKept(wanted.experiment, chosen, kept);
  const reason = whyNotKept(chosen, kept);
  if (other === RUN_AGAIN) {
    return (await runAgain(wanted.experiment))
      ? vscode.l10n.t('{0} The experiment runs again and keeps every epoch.', reason)
      : reason;
  }
  if (other === undefined) return vscode.l10n.t('{0} Nothing was opened.', reason);
  return `${reason} ${await open(lab, wanted, other)}`;
}

async function open(lab: Lab, wanted: WantedPoint, checkpoint: string): Promise<string> {
  const { experiment, run, part, source } = wanted;
  const selection = { ...part, experiment, run, checkpoint };
  await vscode.commands.executeCommand('polysemanticity.matrix.open', selection);
  lab.selection.select({ ...selection, source });
  return vscode.l10n.t('Opened the matrix of {0}.', momentOf(checkpoint));
}

/** Of a mean, which of its seeds is meant. */
async function chooseSpecimen({
  specimens,
  measure,
}: TrajectoryPoint): Promise<string | undefined> {
  const [only] = specimens;
  if (specimens.length <= 1) return only.checkpoint;
  const items = specimens.map(({ seed, checkpoint, value }): Item => {
    const label = vscode.l10n.t('Seed {0}', seed);
    const known = value === null ? vscode.l10n.t('undefined') : Number(value.toPrecision(3));
    return { label, description: `${measure} ${known}`, checkpoint };
  });
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('This point is the mean of {0} networks', specimens.length),
    placeHolder: vscode.l10n.t('Choose the seed whose matrix to open'),
  });
  return chosen?.checkpoint;
}

/** Stands for no checkpoint. */
const RUN_AGAIN = '';

/** What to do about a matrix that is not kept. */
async function chooseKept(
  experiment: string,
  checkpoint: string,
  kept: Kept,
): Promise<string | undefined> {
  const items: Item[] = kept.nearest.map((name) => ({
    label: plainLabel(vscode.l10n.t('Open {0}', momentOf(name))),
    description: vscode.l10n.t('the nearest that is kept'),
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
    placeHolder: vscode.l10n.t('Choose what to open in its place'),
  });
  return chosen?.checkpoint;
}

function whyNotKept(checkpoint: string, { keeps, isFinished }: Kept): string {
  const what = momentOf(checkpoint);
  return isFinished || keeps === 'none'
    ? vscode.l10n.t('The matrix of {0} is not kept: keep.attributions is "{1}".', what, keeps)
    : vscode.l10n.t(
        'The matrix of {0} is not kept yet: the training of its network is not finished.',
        what,
      );
}

/** Asks the run for every epoch, and for nothing else that it did not ask for. @returns whether it began */
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
  // Not waited for: it ends when the run does.
  void vscode.commands.executeCommand('polysemanticity.experiment.rerun', file);
  return true;
}

/** A checkpoint in words: `epoch 14 (dense, seed 3)`. @param checkpoint as `checkpointName` gives it */
function momentOf(checkpoint: string): string {
  const [leg, phase, epoch] = checkpoint.split('/');
  const [seed, arm, ratio] = leg.split('-');
  const whose = vscode.l10n.t('{0}, seed {1}', arm, seed);
  const percent = ratio === undefined ? '' : String(Number((100 * Number(ratio)).toPrecision(3)));
  switch (phase) {
    case 'initial':
      return vscode.l10n.t('the initial weights ({0})', whose);
    case 'pruned':
      return vscode.l10n.t('pruned {0} % ({1})', percent, whose);
    case 'retraining':
      return vscode.l10n.t('pruned {0} %, retrained {1} epochs ({2})', percent, epoch, whose);
    default:
      return vscode.l10n.t('epoch {0} ({1})', epoch, whose);
  }
}
