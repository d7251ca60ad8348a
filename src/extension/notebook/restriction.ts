import * as vscode from 'vscode';
import { canExecuteNotebook, NOTEBOOK_TYPE } from './controller';

/** Shows, in cells that this kernel could execute, why there is no kernel in Restricted Mode. */
export function showRestriction(): vscode.Disposable {
  return vscode.notebooks.registerNotebookCellStatusBarItemProvider(NOTEBOOK_TYPE, {
    provideCellStatusBarItems: restrictionOf,
  });
}

/** The status bar item of a cell in Restricted Mode; a click opens the trust editor. */
export function restrictionOf({
  notebook,
  kind,
}: vscode.NotebookCell): vscode.NotebookCellStatusBarItem[] {
  const { l10n } = vscode;
  const isCode = kind === vscode.NotebookCellKind.Code;
  if (vscode.workspace.isTrusted || !isCode || !canExecuteNotebook(notebook)) return [];
  const item = new vscode.NotebookCellStatusBarItem(
    `$(shield) ${l10n.t('Restricted Mode: cells cannot be executed. Manage trust')}`,
    vscode.NotebookCellStatusBarAlignment.Left,
  );
  item.command = 'workbench.trust.manage';
  item.tooltip = l10n.t(
    'The kernel of Polysemanticity Lab runs code in this folder. Trust the folder to use it.',
  );
  return [item];
}
