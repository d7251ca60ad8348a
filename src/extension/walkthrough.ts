import * as vscode from 'vscode';

/** Ids of the walkthrough's steps in the manifest. */
export type WalkthroughStep = 'run' | 'matrix' | 'prune' | 'export' | 'notebook' | 'make';

/** Marks a step of the walkthrough as done. Call it when the action has succeeded, not when its command starts. */
export function tickStep(step: WalkthroughStep): void {
  void vscode.commands.executeCommand('setContext', `polysemanticity.done.${step}`, true);
}
