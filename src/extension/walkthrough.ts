import * as vscode from 'vscode';

/** The steps of the walkthrough, by their ids in the manifest. */
export type WalkthroughStep = 'run' | 'matrix' | 'prune' | 'export' | 'notebook' | 'make';

/**
 * Ticks a step of the walkthrough: what it is about has happened. A command that was only called may have
 * been refused or declined.
 */
export function tickStep(step: WalkthroughStep): void {
  void vscode.commands.executeCommand('setContext', `polysemanticity.done.${step}`, true);
}
