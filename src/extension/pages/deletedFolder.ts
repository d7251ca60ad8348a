import * as vscode from 'vscode';

/** Whether a folder no longer exists. */
export async function isDeletedFolder(folder: string): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(vscode.Uri.file(folder));
    return false;
  } catch (error) {
    return error instanceof vscode.FileSystemError && error.code === 'FileNotFound';
  }
}

/** Says that the folder of a run no longer exists. */
export function deletedInWords(folder: string): string {
  return vscode.l10n.t('It was deleted or moved: {0} no longer exists.', folder);
}
