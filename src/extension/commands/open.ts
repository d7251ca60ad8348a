import * as vscode from 'vscode';
import { chooseExperiment } from '../experiments/choose';
import { placeOf } from '../experiments/commandTarget';
import type { Lab } from '../lab';

/** Shows the text of an experiment. */
export async function openCode(lab: Lab, argument: unknown): Promise<void> {
  const entry = await chooseExperiment(lab, argument);
  if (entry) await showFile(entry.file);
}

/** Shows the text of an experiment, and beside it the latest of its matrices where there are some. */
export async function openExperiment(lab: Lab, argument: unknown): Promise<void> {
  const entry = await chooseExperiment(lab, argument);
  if (!entry) return;
  await showFile(entry.file);
  const { folder, runs } = entry;
  if (runs.every(({ state }) => state === 'damaged')) return;
  await vscode.commands.executeCommand('polysemanticity.matrix.open', { experiment: folder });
}

/** Shows in the explorer view where an experiment or a run is. */
export async function reveal(lab: Lab, argument: unknown): Promise<void> {
  await runOn(lab, argument, 'revealInExplorer');
}

/** Shows in the file manager of the system where an experiment or a run is. */
export async function revealInOs(lab: Lab, argument: unknown): Promise<void> {
  await runOn(lab, argument, 'revealFileInOS');
}

async function runOn(lab: Lab, argument: unknown, command: string): Promise<void> {
  const entry = await chooseExperiment(lab, argument);
  if (!entry) return;
  const { run } = placeOf(argument) ?? {};
  await vscode.commands.executeCommand(command, vscode.Uri.file(run ?? entry.file));
}

/** In an editor that stays, in the column where it is open already. */
async function showFile(file: string): Promise<void> {
  const uri = vscode.Uri.file(file);
  const open = vscode.window.tabGroups.all.find(({ tabs }) =>
    tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.fsPath === file),
  );
  await vscode.window.showTextDocument(uri, {
    preview: false,
    viewColumn: open?.viewColumn ?? vscode.ViewColumn.One,
  });
}
