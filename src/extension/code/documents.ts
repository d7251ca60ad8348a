import path from 'node:path';
import * as vscode from 'vscode';
import { readExperimentText, type ExperimentText } from '../../node/code/experimentText';
import { EXPERIMENT_FILE } from '../../node/runStore/paths';

/** Selects the documents of experiments for language feature providers. */
export const EXPERIMENT_DOCUMENTS: vscode.DocumentSelector = [
  { scheme: 'file', language: 'json', pattern: `**/${EXPERIMENT_FILE}` },
  { scheme: 'file', language: 'jsonc', pattern: `**/${EXPERIMENT_FILE}` },
];

interface CacheEntry {
  readonly version: number;
  readonly text: ExperimentText;
}

/** Parsed documents; an entry is valid for one version of its document. */
const cache = new WeakMap<vscode.TextDocument, CacheEntry>();

/** Whether a document has the file name of an experiment, whatever its content. */
export function mayBeExperiment({ uri, fileName }: vscode.TextDocument): boolean {
  return uri.scheme === 'file' && path.basename(fileName) === EXPERIMENT_FILE;
}

/** Parses the document of an experiment; undefined if it is not an experiment of this extension. */
export function readExperiment(document: vscode.TextDocument): ExperimentText | undefined {
  if (!mayBeExperiment(document)) return undefined;
  const { version } = document;
  let entry = cache.get(document);
  if (entry?.version !== version) {
    entry = { version, text: readExperimentText(document.getText()) };
    cache.set(document, entry);
  }
  return entry.text.isOurs ? entry.text : undefined;
}

/** Absolute path of the folder that contains a document. */
export function folderOf(document: vscode.TextDocument): string {
  return path.dirname(document.fileName);
}

/** Whether a setting, which is on by default, is on for a document. */
export function isEnabled(setting: string, document: vscode.TextDocument): boolean {
  return vscode.workspace.getConfiguration(undefined, document).get(setting, true);
}

/** The range of a part of a document's text. */
export function rangeOf(
  document: vscode.TextDocument,
  { offset, length }: { readonly offset: number; readonly length: number },
): vscode.Range {
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
}
