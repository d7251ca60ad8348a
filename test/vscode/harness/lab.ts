import * as vscode from 'vscode';
import type { ExperimentTree } from '../../../src/extension/experiments/tree';
import type { Exports } from '../../../src/extension/extension';
import type { Lab } from '../../../src/extension/lab';

/** What the features of the extension share; activates it. */
export async function labOf(): Promise<Lab> {
  return (await exportsOf()).lab;
}

/** The tree in the sidebar; activates the extension. */
export async function treeOf(): Promise<ExperimentTree> {
  return (await exportsOf()).tree;
}

/** The view of the tree, with what is selected in it; activates the extension. */
export async function viewOf(): Promise<Exports['view']> {
  return (await exportsOf()).view;
}

async function exportsOf(): Promise<Exports> {
  const extension = vscode.extensions.getExtension<Exports>('polysemanticity.polysemanticity-lab');
  if (!extension) throw new Error('the extension is not here');
  return extension.activate();
}

/** Tries again until an attempt fails no more; its last failure is the failure after a while. */
export async function eventually<T>(
  attempt: () => T | Promise<T>,
  milliseconds = 10_000,
): Promise<T> {
  const until = Date.now() + milliseconds;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
