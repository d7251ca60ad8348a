import * as vscode from 'vscode';
import type { LatestResults } from '../code/latestResults';
import type { Lab } from '../lab';
import type { TreeNode } from './nodes';
import { ExperimentTree } from './tree';

/** The tree of experiments in the sidebar. */
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
  const tellTrust = (): void => {
    view.message = vscode.workspace.isTrusted
      ? undefined
      : vscode.l10n.t('This workspace is restricted: experiments can be looked at, not run.');
  };
  const countRuns = (): void => {
    const value = lab.runs.active.length;
    view.badge =
      value === 0 ? undefined : { value, tooltip: vscode.l10n.t('Running or queued: {0}', value) };
  };
  // Over an empty tree its welcome says so already.
  const tellTrustOfSome = (): void => {
    if (lab.experiments.entries.length > 0) tellTrust();
  };
  lab.context.subscriptions.push(
    tree,
    view,
    view.onDidChangeSelection(({ selection }) => follow(lab, selection)),
    lab.experiments.onDidChange(tellTrustOfSome),
    vscode.workspace.onDidGrantWorkspaceTrust(tellTrust),
    lab.runs.onDidChange(countRuns),
  );
  return { tree, view };
}

/** Views that are open follow the tree to a checkpoint, also by arrow keys. */
function follow({ selection: store }: Lab, selected: readonly TreeNode[]): void {
  const [node] = selected;
  if (selected.length !== 1 || !('checkpoint' in node)) return;
  const { experiment, run, checkpoint } = node;
  store.select({ experiment, run, checkpoint, source: 'tree' });
}
