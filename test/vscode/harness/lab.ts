import * as vscode from 'vscode';
import type { ExperimentTree } from '../../../src/extension/experiments/tree';
import type { Exports } from '../../../src/extension/extension';
import type { Lab } from '../../../src/extension/lab';

/** Activates the extension. @returns the state that its features share */
export async function labOf(): Promise<Lab> {
  return (await exportsOf()).lab;
}

/** Activates the extension. @returns the tree in the sidebar */
export async function treeOf(): Promise<ExperimentTree> {
  return (await exportsOf()).tree;
}

/** Activates the extension. @returns the view of the tree, which has its selection */
export async function viewOf(): Promise<Exports['view']> {
  return (await exportsOf()).view;
}

async function exportsOf(): Promise<Exports> {
  const extension = vscode.extensions.getExtension<Exports>('polysemanticity.polysemanticity-lab');
  if (!extension) throw new Error('the extension is not installed');
  return extension.activate();
}

/** Repeats an attempt until it succeeds. @throws the last error once the time is up */
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
