import { cp, lstat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { makeFolder, makeWritableFolder } from '../../node/files/folders';
import type { Lab } from '../lab';
import { requireTrust, trusted } from '../trust';
import { tickStep } from '../walkthrough';

/** The fastest example: it is trained, pruned and retrained in a few seconds. */
const FIRST = 'NonLinear0';
/** Name of the folder that the examples are copied into. */
const FOLDER = 'polysemanticity-examples';
/** Key in the global state of the experiment that a new window has to run. */
const PENDING = 'examples.run';
/** A pending run that is older is dropped: its window was probably closed. */
const MAX_AGE_MS = 10 * 60_000;

interface Pending {
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** Copies the examples into a folder that the user chooses, and opens them. */
export async function openExamples(lab: Lab): Promise<void> {
  const folder = await copyExamples(lab);
  if (folder !== undefined) await openFolder(folder);
}

/**
 * Runs the first example and opens its matrix. If the workspace does not have the example, copies it into the
 * workspace; without a workspace, copies all examples into a folder that the user chooses, and opens that.
 */
export async function runExample(lab: Lab): Promise<void> {
  const { experiments } = lab;
  await experiments.ready;
  const [workspace] = vscode.workspace.workspaceFolders ?? [];
  // Without a folder, trust is required later, in the window of the examples.
  if (workspace && !requireTrust()) return;
  const known = experiments.entries.find(({ name }) => name === FIRST);
  if (known) return runAndShow(lab, known.folder);
  if (workspace?.uri.scheme === 'file') {
    const folder = path.join(workspace.uri.fsPath, FIRST);
    if (!(await exists(folder))) await copyExample(lab, FIRST, folder);
    await experiments.refresh();
    if (experiments.find(folder)) return runAndShow(lab, folder);
  }
  const folder = await copyExamples(lab);
  if (folder === undefined) return;
  const pending: Pending = { folder: path.join(folder, FIRST), since: Date.now() };
  // Opening a folder ends this extension host; that of the new window continues in `resumeExample`.
  await lab.context.globalState.update(PENDING, pending);
  await openFolder(folder);
}

/** Runs the example that {@link runExample} left pending for this window. */
export async function resumeExample(lab: Lab): Promise<void> {
  const { globalState } = lab.context;
  const pending = globalState.get<Pending>(PENDING);
  if (!pending) return;
  const { folder, since } = pending;
  await lab.experiments.ready;
  const isHere = lab.experiments.find(folder) !== undefined;
  const isLate = Date.now() - since > MAX_AGE_MS;
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

/** @returns the folder with the copies; undefined if the user cancels */
async function copyExamples(lab: Lab): Promise<string | undefined> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      title: vscode.l10n.t('Choose a Folder for the Examples'),
      openLabel: vscode.l10n.t('Copy Examples Here'),
    })) ?? [];
  if (!chosen) return undefined;
  const folder = path.join(chosen.fsPath, FOLDER);
  const examples = vscode.Uri.joinPath(lab.context.extensionUri, 'examples');
  for (const [name, type] of await vscode.workspace.fs.readDirectory(examples)) {
    const copy = path.join(folder, name);
    // An existing copy may have been changed or run, so it is left alone.
    if (type === vscode.FileType.Directory && !(await exists(copy))) {
      await copyExample(lab, name, copy);
    }
  }
  return folder;
}

/** Copies an example without its runs. */
async function copyExample({ context }: Lab, name: string, to: string): Promise<void> {
  const from = path.join(context.extensionUri.fsPath, 'examples', name);
  // Fails if it exists, so that the copy neither overwrites files nor follows symbolic links.
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

async function exists(folder: string): Promise<boolean> {
  return lstat(folder).then(
    () => true,
    () => false,
  );
}
