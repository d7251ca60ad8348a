import * as vscode from 'vscode';
import type { CellError, MimeBundle } from '../../protocol/kernel';

/** What VS Code and files of notebooks distinguish. */
type OutputType = 'display_data' | 'execute_result';

/** A value in all its representations, as an output. */
export function bundleOutput(
  data: MimeBundle,
  type: OutputType,
  executionCount?: number,
): vscode.NotebookCellOutput {
  return new vscode.NotebookCellOutput(itemsOf(data), { outputType: type, executionCount });
}

/** The representations of a value, by MIME type. */
export function itemsOf(data: MimeBundle): vscode.NotebookCellOutputItem[] {
  return Object.entries(data).map(([mime, value]) => {
    if (typeof value !== 'string' || isJson(mime)) {
      return vscode.NotebookCellOutputItem.json(value, mime);
    }
    // As in files of notebooks, bytes are base64.
    return isBinary(mime)
      ? new vscode.NotebookCellOutputItem(Buffer.from(value, 'base64'), mime)
      : vscode.NotebookCellOutputItem.text(value, mime);
  });
}

/** Text of a stream. */
export function streamItem(name: 'stdout' | 'stderr', text: string): vscode.NotebookCellOutputItem {
  return name === 'stdout'
    ? vscode.NotebookCellOutputItem.stdout(text)
    : vscode.NotebookCellOutputItem.stderr(text);
}

/** An error with the frames that are the user's. */
export function errorOutput({ name, message, stack }: CellError): vscode.NotebookCellOutput {
  const item = vscode.NotebookCellOutputItem.error({ name, message, stack });
  return new vscode.NotebookCellOutput([item], { outputType: 'error' });
}

function isJson(mime: string): boolean {
  return mime === 'application/json' || mime.endsWith('+json');
}

function isBinary(mime: string): boolean {
  return /^(image|audio|video)\//.test(mime) && !mime.endsWith('+xml');
}
