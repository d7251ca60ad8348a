import * as vscode from 'vscode';
import { isForUs, NOTEBOOK_TYPE } from './controller';

/** Says in the notebooks that this kernel would execute why it is not there. @returns what ends the saying */
export function tellRestriction(): vscode.Disposable {
  return vscode.notebooks.registerNotebookCellStatusBarItemProvider(NOTEBOOK_TYPE, {
    provideCellStatusBarItems: restrictionOf,
  });
}

/** What a cell says in a folder that is not trusted; it leads to where the folder can be trusted. */
export function restrictionOf({
  notebook,
  kind,
}: vscode.NotebookCell): vscode.NotebookCellStatusBarItem[] {
  const { l10n } = vscode;
  const isCode = kind === vscode.NotebookCellKind.Code;
  if (vscode.workspace.isTrusted || !isCode || !isForUs(notebook)) return [];
  const item = new vscode.NotebookCellStatusBarItem(
    `$(shield) ${l10n.t('Restricted Mode: cells are not executed. Manage trust')}`,
    vscode.NotebookCellStatusBarAlignment.Left,
  );
  item.command = 'workbench.trust.manage';
  item.tooltip = l10n.t(
    'The kernel of Polysemanticity Lab runs code of this folder. It is offered once you trust the folder.',
  );
  return [item];
}
