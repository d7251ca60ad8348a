import * as vscode from 'vscode';
import type { CellError, MimeBundle } from '../../protocol/kernel';

/** Output types of VS Code and the notebook format. */
type OutputType = 'display_data' | 'execute_result';

/** An output with all representations of a value. */
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
    // Like notebook files, MIME bundles encode binary data as base64.
    return isBinary(mime)
      ? new vscode.NotebookCellOutputItem(Buffer.from(value, 'base64'), mime)
      : vscode.NotebookCellOutputItem.text(value, mime);
  });
}

/** An item with text of a stream. */
export function streamItem(name: 'stdout' | 'stderr', text: string): vscode.NotebookCellOutputItem {
  return name === 'stdout'
    ? vscode.NotebookCellOutputItem.stdout(text)
    : vscode.NotebookCellOutputItem.stderr(text);
}

/** An error output, with the stack frames of the user's code. */
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
