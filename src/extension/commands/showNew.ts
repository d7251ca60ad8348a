import * as vscode from 'vscode';
import type { Lab } from '../lab';
import { tickStep } from '../walkthrough';
import { openExperiment } from './open';
import { showInformationMessage } from '../plainText';

/** Opens a new experiment and offers to run it. Outside the workspace, opens its folder instead. */
export async function showNew(lab: Lab, folder: string, name: string): Promise<void> {
  tickStep('make');
  const uri = vscode.Uri.file(folder);
  if (!vscode.workspace.getWorkspaceFolder(uri)) {
    await vscode.commands.executeCommand('vscode.openFolder', uri, {
      forceNewWindow: (vscode.workspace.workspaceFolders ?? []).length > 0,
    });
    return;
  }
  await lab.experiments.refresh();
  await openExperiment(lab, folder);
  const run = vscode.l10n.t('Run');
  const notebook = vscode.l10n.t('Create Notebook');
  const message = vscode.l10n.t('{0} is ready to run.', name);
  const chosen = await showInformationMessage(message, run, notebook);
  const command =
    chosen === run ? 'experiment.run' : chosen === notebook ? 'notebook.open' : undefined;
  if (command === undefined) return;
  await vscode.commands.executeCommand(`polysemanticity.${command}`, { experiment: folder });
}
