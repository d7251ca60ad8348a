import path from 'node:path';
import * as vscode from 'vscode';

/** Title of a panel. @param name of the experiment @param run its folder, if there is one */
export function titleOf(name: string, run: string | undefined): string {
  return run === undefined
    ? vscode.l10n.t('{0}: matrices', name)
    : vscode.l10n.t('{0}: matrices of {1}', name, path.basename(run));
}
