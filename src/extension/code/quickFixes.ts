import * as vscode from 'vscode';
import type { Fix } from '../../node/code/fixes';
import { EXPERIMENT_DOCUMENTS, rangeOf, readExperiment } from './documents';
import { SOURCE } from './diagnostics';

/** Offers a quick fix for each error in an experiment that has an unambiguous fix. */
export function offerQuickFixes(): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider(
    EXPERIMENT_DOCUMENTS,
    { provideCodeActions },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );
}

async function provideCodeActions(
  document: vscode.TextDocument,
  range: vscode.Range,
  { diagnostics }: vscode.CodeActionContext,
): Promise<vscode.CodeAction[]> {
  if (!readExperiment(document)) return [];
  const { fixOf } = await import('../../node/code/fixes');
  const { textProblems } = await import('../../node/code/problems');
  const text = document.getText();
  return textProblems(text, true).flatMap((problem) => {
    const place = rangeOf(document, problem);
    const fix = place.intersection(range) && fixOf(text, problem);
    if (!fix) return [];
    const fixed = diagnostics.filter(
      (diagnostic) => diagnostic.range.intersection(place) && diagnostic.source === SOURCE,
    );
    return [actionOf(document, fix, fixed)];
  });
}

function actionOf(
  document: vscode.TextDocument,
  fix: Fix,
  diagnostics: vscode.Diagnostic[],
): vscode.CodeAction {
  const action = new vscode.CodeAction(titleOf(fix), vscode.CodeActionKind.QuickFix);
  action.diagnostics = diagnostics;
  action.isPreferred = true;
  action.edit = new vscode.WorkspaceEdit();
  for (const { offset, length, content } of fix.edits) {
    action.edit.replace(document.uri, rangeOf(document, { offset, length }), content);
  }
  return action;
}

function titleOf({ kind, field, value }: Fix): string {
  switch (kind) {
    case 'rename':
      return vscode.l10n.t('Rename to “{0}”', field);
    case 'set':
      return vscode.l10n.t('Set “{0}” to {1}', field, value);
    case 'remove':
      return vscode.l10n.t('Remove “{0}”', field);
  }
}
