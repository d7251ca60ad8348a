import path from 'node:path';
import * as vscode from 'vscode';
import { readExperimentText, type ExperimentText } from '../../node/code/experimentText';
import { EXPERIMENT_FILE } from '../../node/experiments/experimentFile';

/** The documents in which experiments are written, for those who provide something for them. */
export const EXPERIMENT_DOCUMENTS: vscode.DocumentSelector = [
  { scheme: 'file', language: 'json', pattern: `**/${EXPERIMENT_FILE}` },
  { scheme: 'file', language: 'jsonc', pattern: `**/${EXPERIMENT_FILE}` },
];

interface Reading {
  readonly version: number;
  readonly text: ExperimentText;
}

/** What was read of a document, until it changes. */
const readings = new WeakMap<vscode.TextDocument, Reading>();

/** Whether a document has the name of an experiment, whatever is in it. */
export function mayBeExperiment({ uri, fileName }: vscode.TextDocument): boolean {
  return uri.scheme === 'file' && path.basename(fileName) === EXPERIMENT_FILE;
}

/** What is found in a document; undefined if it is no experiment of this lab. */
export function readExperiment(document: vscode.TextDocument): ExperimentText | undefined {
  if (!mayBeExperiment(document)) return undefined;
  const { version } = document;
  let reading = readings.get(document);
  if (reading?.version !== version) {
    reading = { version, text: readExperimentText(document.getText()) };
    readings.set(document, reading);
  }
  return reading.text.isOurs ? reading.text : undefined;
}

/** Absolute path of the folder of an experiment's document. */
export function folderOf(document: vscode.TextDocument): string {
  return path.dirname(document.fileName);
}

/** A stretch of a document's text. */
export function rangeOf(
  document: vscode.TextDocument,
  { offset, length }: { readonly offset: number; readonly length: number },
): vscode.Range {
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
}
