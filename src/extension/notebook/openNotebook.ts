import { access } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ExperimentEntry } from '../experiments/experimentIndex';
import type { Lab } from '../lab';
import { tickStep } from '../walkthrough';
import { NOTEBOOK_TYPE } from './controller';
import { showInformationMessage } from '../plainText';

/** Writes the notebook of an experiment from the template. */
export type WriteNotebook = (experiment: ExperimentEntry, file: string) => Promise<void>;

/**
 * Opens the notebook of an experiment; if there is none, offers to create it.
 * @param write creates the notebook; without it, a message only says that there is none
 */
export async function openNotebook(
  lab: Lab,
  experiment: ExperimentEntry,
  write: WriteNotebook | undefined,
): Promise<void> {
  const file = path.join(experiment.folder, `${path.basename(experiment.folder)}.ipynb`);
  if (!(await exists(file))) {
    const create = vscode.l10n.t('Create Notebook');
    const answer = await showInformationMessage(
      vscode.l10n.t('“{0}” has no notebook yet.', experiment.name),
      ...(write ? [create] : []),
    );
    if (!write || answer !== create) return;
    await write(experiment, file);
    lab.log.info(`wrote ${file}`);
  }
  await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(file), NOTEBOOK_TYPE);
  tickStep('notebook');
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
