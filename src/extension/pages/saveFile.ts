import path from 'node:path';
import * as vscode from 'vscode';
import type { ExportedFile } from '../../protocol/connection';
import { tickStep } from '../walkthrough';

const FILTERS: Readonly<Record<string, string>> = {
  svg: 'SVG',
  png: 'PNG',
  csv: 'CSV',
  json: 'JSON',
  safetensors: 'safetensors',
};

/**
 * Asks where to save a file, and writes it.
 * @returns its path; undefined if the user cancels
 */
export async function saveFile({ name, bytes }: ExportedFile): Promise<string | undefined> {
  const ending = path.extname(name).slice(1);
  const kind = FILTERS[ending];
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    defaultUri: folder && vscode.Uri.joinPath(folder, fileName(name)),
    filters: kind === undefined ? {} : { [kind]: [ending] },
  });
  if (!target) return undefined;
  // VS Code's file system can write wherever its dialog leads, including remote machines and symbolic links.
  await vscode.workspace.fs.writeFile(target, bytes);
  tickStep('export');
  return target.fsPath;
}

/** Replaces the characters that are special in paths or file systems. */
function fileName(name: string): string {
  return name.replace(/[\\/:*?"<>|\u0000-\u001f]/g, '-');
}
