import * as vscode from 'vscode';

/** Whether a folder is there no longer. */
export async function isGone(folder: string): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(vscode.Uri.file(folder));
    return false;
  } catch (error) {
    return error instanceof vscode.FileSystemError && error.code === 'FileNotFound';
  }
}

/** What happened to a run whose folder is gone. */
export function goneInWords(folder: string): string {
  return vscode.l10n.t('It was deleted or moved away: {0} is not there any more.', folder);
}
