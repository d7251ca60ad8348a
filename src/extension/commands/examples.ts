import { cp, lstat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { makeFolder, makeWritableFolder } from '../../node/files/folders';
import type { Lab } from '../lab';
import { requireTrust, trusted } from '../trust';
import { tickStep } from '../walkthrough';

/** The quickest of the examples: trained, pruned and retrained in a few seconds. */
const FIRST = 'NonLinear0';
/** Name of the folder that the examples are copied into. */
const FOLDER = 'polysemanticity-examples';
/** Where is remembered what to run once the window of the examples is there. */
const PENDING = 'examples.run';
/** What was begun longer ago is forgotten: the window was closed meanwhile. */
const PATIENCE_MS = 10 * 60_000;

interface Pending {
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** Copies the examples to where the user says, and opens them. */
export async function openExamples(lab: Lab): Promise<void> {
  const folder = await copyExamples(lab);
  if (folder !== undefined) await openFolder(folder);
}

/**
 * Runs the first example and opens its matrix: the one of the workspace, where it has one, else one that
 * is copied to where the user says and opened.
 */
export async function runExample(lab: Lab): Promise<void> {
  const { experiments } = lab;
  await experiments.ready;
  const [workspace] = vscode.workspace.workspaceFolders ?? [];
  // Without a folder, nothing is run before one is opened and trusted.
  if (workspace && !requireTrust()) return;
  const known = experiments.entries.find(({ name }) => name === FIRST);
  if (known) return runAndShow(lab, known.folder);
  if (workspace?.uri.scheme === 'file') {
    const folder = path.join(workspace.uri.fsPath, FIRST);
    if (!(await isThere(folder))) await copyExample(lab, FIRST, folder);
    await experiments.refresh();
    if (experiments.find(folder)) return runAndShow(lab, folder);
  }
  const folder = await copyExamples(lab);
  if (folder === undefined) return;
  const pending: Pending = { folder: path.join(folder, FIRST), since: Date.now() };
  // Opening a folder ends this extension host; the one of the new window goes on.
  await lab.context.globalState.update(PENDING, pending);
  await openFolder(folder);
}

/** Goes on with what was begun in the window before this one. */
export async function goOnWithExample(lab: Lab): Promise<void> {
  const { globalState } = lab.context;
  const pending = globalState.get<Pending>(PENDING);
  if (!pending) return;
  const { folder, since } = pending;
  await lab.experiments.ready;
  const isHere = lab.experiments.find(folder) !== undefined;
  const isLate = Date.now() - since > PATIENCE_MS;
  if (!isHere && !isLate) return;
  await globalState.update(PENDING, undefined);
  if (isLate) return;
  requireTrust();
  await trusted();
  await runAndShow(lab, folder);
}

async function runAndShow({ experiments, runs }: Lab, folder: string): Promise<void> {
  await vscode.commands.executeCommand('polysemanticity.experiments.focus');
  const runsBefore = experiments.find(folder)?.runs ?? [];
  const hasRun = runsBefore.some(({ state }) => state === 'finished');
  if (!hasRun && (await runs.run({ experiment: folder })).state !== 'finished') return;
  tickStep('run');
  await experiments.refresh();
  await vscode.commands.executeCommand('polysemanticity.matrix.open', { experiment: folder });
}

/** @returns the folder with the copies; undefined if the user declined */
async function copyExamples(lab: Lab): Promise<string | undefined> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      title: vscode.l10n.t('Where to Copy the Examples'),
      openLabel: vscode.l10n.t('Copy Examples Here'),
    })) ?? [];
  if (!chosen) return undefined;
  const folder = path.join(chosen.fsPath, FOLDER);
  const examples = vscode.Uri.joinPath(lab.context.extensionUri, 'examples');
  for (const [name, type] of await vscode.workspace.fs.readDirectory(examples)) {
    const copy = path.join(folder, name);
    // What is there may have been changed and run.
    if (type === vscode.FileType.Directory && !(await isThere(copy))) {
      await copyExample(lab, name, copy);
    }
  }
  return folder;
}

/** Copies an example without any runs that it may have. */
async function copyExample({ context }: Lab, name: string, to: string): Promise<void> {
  const from = path.join(context.extensionUri.fsPath, 'examples', name);
  // New, so that nothing in it is written over and no link in it followed.
  await makeWritableFolder(path.dirname(to));
  await makeFolder(to);
  await cp(from, to, {
    recursive: true,
    filter: (source) => path.relative(from, source).split(path.sep)[0] !== 'runs',
  });
}

async function openFolder(folder: string): Promise<void> {
  const hasFolder = (vscode.workspace.workspaceFolders ?? []).length > 0;
  await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(folder), {
    forceNewWindow: hasFolder,
  });
}

async function isThere(folder: string): Promise<boolean> {
  return lstat(folder).then(
    () => true,
    () => false,
  );
}
