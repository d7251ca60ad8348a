import * as vscode from 'vscode';
import type { LatestResults } from '../code/latestResults';
import type { Lab } from '../lab';
import type { TreeNode } from './nodes';
import { ExperimentTree } from './tree';

/** The tree of experiments and its view in the sidebar. */
export interface ExperimentsView {
  readonly tree: ExperimentTree;
  readonly view: vscode.TreeView<TreeNode>;
}

/** Shows the tree of experiments in the sidebar. */
export function registerExperiments(lab: Lab, results: LatestResults): ExperimentsView {
  const tree = new ExperimentTree(lab, results);
  const view = vscode.window.createTreeView('polysemanticity.experiments', {
    treeDataProvider: tree,
    canSelectMany: true,
    showCollapseAll: true,
  });
  const showTrust = (): void => {
    view.message = vscode.workspace.isTrusted
      ? undefined
      : vscode.l10n.t('Restricted Mode: you can view experiments, but not run them.');
  };
  const countRuns = (): void => {
    const value = lab.runs.active.length;
    view.badge =
      value === 0 ? undefined : { value, tooltip: vscode.l10n.t('Running or queued: {0}', value) };
  };
  // The welcome view of an empty tree says the same.
  const showTrustUnlessEmpty = (): void => {
    if (lab.experiments.entries.length > 0) showTrust();
  };
  lab.context.subscriptions.push(
    tree,
    view,
    view.onDidChangeSelection(({ selection }) => follow(lab, selection)),
    lab.experiments.onDidChange(showTrustUnlessEmpty),
    vscode.workspace.onDidGrantWorkspaceTrust(showTrust),
    lab.runs.onDidChange(countRuns),
  );
  return { tree, view };
}

/** Selects the checkpoint that is selected in the tree, so that open views show it. */
function follow({ selection: store }: Lab, selected: readonly TreeNode[]): void {
  const [node] = selected;
  if (selected.length !== 1 || !('checkpoint' in node)) return;
  const { experiment, run, checkpoint } = node;
  store.select({ experiment, run, checkpoint, source: 'tree' });
}
