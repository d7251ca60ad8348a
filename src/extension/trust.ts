import * as vscode from 'vscode';
import { LabError } from '../core/errors';
import { showWarningMessage } from './plainText';

/** What is not allowed before the workspace is trusted, in words. */
export function whyNotTrusted(): string {
  return vscode.l10n.t(
    'This workspace is restricted: experiments run, and matrices are computed, only in trusted workspaces.',
  );
}

/** Something was to be computed in a workspace that is not trusted. */
export class NotTrusted extends LabError {
  constructor() {
    super('unsupported', whyNotTrusted());
  }
}

/**
 * Whether the workspace is trusted. Where it is not, says so, and leads to where it can be.
 * @returns without waiting for an answer: who was asked decides in the end
 */
export function requireTrust(): boolean {
  if (vscode.workspace.isTrusted) return true;
  void tellNotTrusted();
  return false;
}

/** Says that the workspace is not trusted, and leads to where it can be. */
export async function tellNotTrusted(): Promise<void> {
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const chosen = await showWarningMessage(whyNotTrusted(), manage);
  if (chosen === manage) await vscode.commands.executeCommand('workbench.trust.manage');
}

/** Resolves when the user trusts the workspace. */
export function trusted(): Promise<void> {
  if (vscode.workspace.isTrusted) return Promise.resolve();
  return new Promise((resolve) => {
    const listening = vscode.workspace.onDidGrantWorkspaceTrust(() => {
      listening.dispose();
      resolve();
    });
  });
}
