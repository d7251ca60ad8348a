import path from 'node:path';
import * as vscode from 'vscode';
import { LabError } from '../../core/errors';
import type { ExportFormat } from '../../node/runStore/exportRun';
import { chooseRun } from '../experiments/choose';
import type { Lab } from '../lab';
import { tickStep } from '../walkthrough';
import { plainLabel, showErrorMessage, showInformationMessage } from '../plainText';

/** Formats that an editor can show. */
const TEXT_FORMATS: readonly ExportFormat[] = ['csv', 'json'];

/** Exports the data of a run, in a format and to a file that the user chooses. */
export async function exportNumbers(lab: Lab, argument: unknown): Promise<void> {
  const chosen = await chooseRun(lab, argument, {
    accepts: ({ state }) => state !== 'damaged',
  });
  if (!chosen) return;
  const { entry, run } = chosen;
  const format = await chooseFormat(run.state === 'finished');
  if (!format) return;
  const { folder, name } = entry;
  const proposed = path.join(folder, `${path.basename(folder)} ${run.id}.${format}`);
  const target = await saveAs(lab, vscode.Uri.file(proposed), format, name, run.folder);
  if (!target) return;
  tickStep('export');
  const open = vscode.l10n.t('Open');
  const message = vscode.l10n.t('Exported the numbers to {0}.', target.fsPath);
  const actions = TEXT_FORMATS.includes(format) ? [open] : [];
  const answer = await showInformationMessage(message, ...actions);
  if (answer === open) await vscode.commands.executeCommand('vscode.open', target);
}

/**
 * Asks for a file and writes it. After an error, the user can choose another file without choosing run and format
 * again.
 * @returns the file; undefined if the user cancels
 */
async function saveAs(
  lab: Lab,
  proposed: vscode.Uri,
  format: ExportFormat,
  name: string,
  run: string,
): Promise<vscode.Uri | undefined> {
  const filters = { [format]: [format] };
  const title = vscode.l10n.t('Export Numbers of {0}', name);
  for (let defaultUri = proposed; ;) {
    const target = await vscode.window.showSaveDialog({ defaultUri, filters, title });
    if (!target) return undefined;
    try {
      await write(run, format, target.fsPath);
      return target;
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      lab.log.error(error.message);
      const another = vscode.l10n.t('Choose Another File');
      if ((await showErrorMessage(error.message, another)) !== another) return undefined;
      defaultUri = target;
    }
  }
}

async function chooseFormat(isFinished: boolean): Promise<ExportFormat | undefined> {
  const formats: readonly (vscode.QuickPickItem & { readonly format: ExportFormat })[] = [
    {
      label: vscode.l10n.t('Rows as CSV'),
      detail: vscode.l10n.t(
        'One row per specimen and epoch, one column per number: for pandas, R, Excel',
      ),
      format: 'csv',
    },
    {
      label: vscode.l10n.t('Rows as JSON'),
      detail: vscode.l10n.t('The same rows as a list of objects'),
      format: 'json',
    },
    {
      label: vscode.l10n.t('Rows as Parquet'),
      detail: vscode.l10n.t(
        'The same table as CSV, with a type for each column: for pandas, DuckDB',
      ),
      format: 'parquet',
    },
    {
      label: vscode.l10n.t('Matrices and weights as safetensors'),
      detail: isFinished
        ? vscode.l10n.t('Everything that the run keeps, by checkpoint: for NumPy and PyTorch')
        : vscode.l10n.t('Only for finished runs'),
      format: 'safetensors',
    },
  ];
  const offered = formats.filter(({ format }) => isFinished || format !== 'safetensors');
  const title = vscode.l10n.t('Export Numbers');
  return (await vscode.window.showQuickPick(offered, { title, matchOnDetail: true }))?.format;
}

async function write(folder: string, format: ExportFormat, file: string): Promise<void> {
  const title = plainLabel(vscode.l10n.t('Writing {0}', path.basename(file)));
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title },
    async () => {
      const { exportRunTo } = await import('../../node/runStore/exportRun');
      const { readRun } = await import('../../node/runStore/readRun');
      await exportRunTo(file, await readRun(folder), format);
    },
  );
}
