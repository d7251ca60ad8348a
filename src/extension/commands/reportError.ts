import * as vscode from 'vscode';
import { LabError } from '../../core/errors';
import type { Lab } from '../lab';
import { showErrorMessage } from '../plainText';

/** Logs and shows an error; for an unexpected one, offers to open the log. */
export async function reportError({ log }: Pick<Lab, 'log'>, error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof LabError) {
    log.error(message);
    await showErrorMessage(message);
    return;
  }
  log.error(error instanceof Error ? (error.stack ?? message) : message);
  const show = vscode.l10n.t('Show Log');
  const chosen = await showErrorMessage(message, show);
  if (chosen === show) log.show();
}
