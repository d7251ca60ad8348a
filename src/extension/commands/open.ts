import * as vscode from 'vscode';
import { chooseExperiment } from '../experiments/choose';
import { targetOf } from '../experiments/commandTarget';
import type { Lab } from '../lab';

/** Opens the `experiment.json` of an experiment. */
export async function openCode(lab: Lab, argument: unknown): Promise<void> {
  const entry = await chooseExperiment(lab, argument);
  if (entry) await showFile(entry.file);
}

/** Opens the `experiment.json` of an experiment, and its latest matrix beside it if it has one. */
export async function openExperiment(lab: Lab, argument: unknown): Promise<void> {
  const entry = await chooseExperiment(lab, argument);
  if (!entry) return;
  await showFile(entry.file);
  const { folder, runs } = entry;
  if (runs.every(({ state }) => state === 'damaged')) return;
  await vscode.commands.executeCommand('polysemanticity.matrix.open', { experiment: folder });
}

/** Reveals an experiment or a run in the explorer view. */
export async function reveal(lab: Lab, argument: unknown): Promise<void> {
  await runOn(lab, argument, 'revealInExplorer');
}

/** Reveals an experiment or a run in the file manager of the operating system. */
export async function revealInOs(lab: Lab, argument: unknown): Promise<void> {
  await runOn(lab, argument, 'revealFileInOS');
}

async function runOn(lab: Lab, argument: unknown, command: string): Promise<void> {
  const entry = await chooseExperiment(lab, argument);
  if (!entry) return;
  const { run } = targetOf(argument) ?? {};
  await vscode.commands.executeCommand(command, vscode.Uri.file(run ?? entry.file));
}

/** Opens a file in a permanent editor, in the column where it is already open if it is. */
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
