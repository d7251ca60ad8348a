import * as vscode from 'vscode';
import { EXPERIMENT_DOCUMENTS, rangeOf, readExperiment } from './documents';

/** Completes the names of arms in `widthsOf`. The JSON language server completes the rest by the schema. */
export function offerArmNames(): vscode.Disposable {
  return vscode.languages.registerCompletionItemProvider(
    EXPERIMENT_DOCUMENTS,
    { provideCompletionItems },
    '"',
  );
}

async function provideCompletionItems(
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<vscode.CompletionItem[]> {
  if (!readExperiment(document)) return [];
  const { armNamesAt } = await import('../../node/code/armNames');
  const found = armNamesAt(document.getText(), document.offsetAt(position));
  if (!found) return [];
  const range = rangeOf(document, found);
  return found.arms.map(({ name, method }) => {
    const item = new vscode.CompletionItem(JSON.stringify(name), vscode.CompletionItemKind.Value);
    item.range = range;
    item.detail = vscode.l10n.t('arm, pruned by {0}', method);
    return item;
  });
}
