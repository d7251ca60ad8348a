import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { invalid } from '../../core/errors';
import { folderName } from './folderName';

/**
 * Where a new experiment goes: the folder that was clicked, or the one of the file that was, that of the
 * workspace, or as the user says.
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
    const placeHolder = vscode.l10n.t('In which folder?');
    return (await vscode.window.showWorkspaceFolderPick({ placeHolder }))?.uri.fsPath;
  }
  const chosen = await vscode.window.showOpenDialog({
    canSelectFolders: true,
    canSelectFiles: false,
    title: vscode.l10n.t('Where to Make the Experiment'),
    openLabel: vscode.l10n.t('Make It Here'),
  });
  return chosen?.[0]?.fsPath;
}

/**
 * The folder of an experiment with this name.
 * @throws LabError when there is something already
 */
export function freeFolder(parent: string, name: string): string {
  const folder = path.join(parent, folderName(name));
  if (existsSync(folder)) throw invalid('there is such a folder already', { file: folder });
  return folder;
}

/** A name like this one that is not taken: `Experiment`, `Experiment 2`, … */
export function freeName(parent: string, name: string): string {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name} ${n}`;
    if (!existsSync(path.join(parent, candidate))) return candidate;
  }
}
