import * as vscode from 'vscode';
import { LabError } from '../core/errors';
import { showWarningMessage } from './plainText';

/** Says what needs a trusted workspace. */
export function notTrustedMessage(): string {
  return vscode.l10n.t(
    'This workspace is in Restricted Mode. Trust it to run experiments and compute matrices.',
  );
}

/** Thrown when a computation is requested in a workspace that is not trusted. */
export class NotTrusted extends LabError {
  constructor() {
    super('unsupported', notTrustedMessage());
  }
}

/**
 * Whether the workspace is trusted. If not, shows a message that leads to the trust editor; does not wait for
 * the user's answer.
 */
export function requireTrust(): boolean {
  if (vscode.workspace.isTrusted) return true;
  void showNotTrusted();
  return false;
}

/** Says that the workspace is not trusted; a button opens the trust editor. */
export async function showNotTrusted(): Promise<void> {
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const chosen = await showWarningMessage(notTrustedMessage(), manage);
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
