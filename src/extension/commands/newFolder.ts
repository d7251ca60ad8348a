import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { invalid } from '../../core/errors';
import { folderName } from './folderName';

/**
 * The folder in which to create an experiment: the clicked folder or the folder of the clicked file, else the
 * workspace folder, else one that the user chooses.
 * @returns undefined if the user cancels
 */
export async function parentFolder(argument: unknown): Promise<string | undefined> {
  if (argument instanceof vscode.Uri) {
    const { fsPath } = argument;
    const isFolder = await stat(fsPath).then(
      (found) => found.isDirectory(),
      () => false,
    );
    return isFolder ? fsPath : path.dirname(fsPath);
  }
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(
    ({ uri }) => uri.scheme === 'file',
  );
  if (folders.length === 1) return folders[0].uri.fsPath;
  if (folders.length > 1) {
    const placeHolder = vscode.l10n.t('Choose a folder for the experiment');
    return (await vscode.window.showWorkspaceFolderPick({ placeHolder }))?.uri.fsPath;
  }
  const chosen = await vscode.window.showOpenDialog({
    canSelectFolders: true,
    canSelectFiles: false,
    title: vscode.l10n.t('Choose a Folder for the Experiment'),
    openLabel: vscode.l10n.t('Create Here'),
  });
  return chosen?.[0]?.fsPath;
}

/**
 * The path for the folder of a new experiment.
 * @throws LabError if it exists or the name is not valid
 */
export function freeFolder(parent: string, name: string): string {
  const folder = path.join(parent, folderName(name));
  if (existsSync(folder)) throw invalid('the folder already exists', { file: folder });
  return folder;
}

/** Makes a name unique in a folder: `Experiment`, `Experiment 2`, … */
export function freeName(parent: string, name: string): string {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name} ${n}`;
    if (!existsSync(path.join(parent, candidate))) return candidate;
  }
}
