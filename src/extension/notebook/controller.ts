import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { type CodeCell, isMeantForUs, LANGUAGES, mayBeOurs, withKernelspec } from './kernelspec';
import type { Session } from './session';

/** Type of the notebooks that `.ipynb` files are. */
export const NOTEBOOK_TYPE = 'jupyter-notebook';
/** Id of the controller; VS Code puts the extension's before it. */
const CONTROLLER_ID = 'polysemanticity';

/** Milliseconds that moving a tab takes at most. */
const MOVE_MS = 1000;

/**
 * Executes the cells of notebooks on kernels of our own: one process for each notebook that is open. VS Code
 * gives the only kernel that there is to every notebook; so that one in another language is not given ours, the
 * kernel is offered only while a notebook is open that may be executed by it.
 */
export class Controller implements vscode.Disposable {
  private offered: vscode.NotebookController | undefined;
  private readonly sessions = new Map<vscode.NotebookDocument, Session>();
  /** Notebooks that no tab shows; VS Code may keep them for minutes after their last tab is closed. */
  private readonly hidden = new WeakSet<vscode.NotebookDocument>();
  private readonly disposables: vscode.Disposable[];

  constructor(private readonly log: vscode.LogOutputChannel) {
    const { tabGroups } = vscode.window;
    const offer = (): void => this.offer();
    this.disposables = [
      vscode.workspace.onDidOpenNotebookDocument(offer),
      vscode.workspace.onDidChangeNotebookDocument((change) => {
        if (maySpeakOtherwise(change)) this.offer();
      }),
      vscode.workspace.onDidCloseNotebookDocument((notebook) => this.end(notebook)),
      tabGroups.onDidChangeTabs(({ opened, closed }) => {
        if (closed.length > 0) this.tabsClosed(closed);
        if (opened.length > 0) this.tabsOpened(opened);
      }),
    ];
    this.offer();
  }

  /** Ends the kernel of a notebook, if it has one, and starts another. */
  async restart(notebook: vscode.NotebookDocument): Promise<void> {
    await this.sessions.get(notebook)?.restart();
  }

  dispose(): void {
    for (const session of this.sessions.values()) session.dispose();
    this.sessions.clear();
    this.offered?.dispose();
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** Offers the kernel while some notebook may be executed by it, and prefers it where it is named. */
  private offer(): void {
    const open = vscode.workspace.notebookDocuments.filter(
      (notebook) => notebook.notebookType === NOTEBOOK_TYPE && !this.hidden.has(notebook),
    );
    if (this.sessions.size === 0 && !open.some(isForUs)) {
      this.offered?.dispose();
      this.offered = undefined;
      return;
    }
    const controller = (this.offered ??= this.create());
    // VS Code drops cells in other languages without a word; those that are there are taken, to be refused.
    const others = open.flatMap(codeCells).map(({ language }) => language);
    const languages = [...new Set([...LANGUAGES, ...others])];
    if (languages.join() !== controller.supportedLanguages?.join()) {
      controller.supportedLanguages = languages;
    }
    const { Preferred } = vscode.NotebookControllerAffinity;
    for (const notebook of open.filter(isOurs))
      controller.updateNotebookAffinity(notebook, Preferred);
  }

  private create(): vscode.NotebookController {
    const controller = vscode.notebooks.createNotebookController(
      CONTROLLER_ID,
      NOTEBOOK_TYPE,
      vscode.l10n.t('Polysemanticity (TypeScript)'),
    );
    controller.description = vscode.l10n.t('TypeScript and JavaScript, with the lab’s API');
    controller.supportsExecutionOrder = true;
    controller.executeHandler = (cells, notebook) => this.execute(cells, notebook, controller);
    controller.interruptHandler = (notebook) => this.sessions.get(notebook)?.interrupt();
    return controller;
  }

  private async execute(
    cells: vscode.NotebookCell[],
    notebook: vscode.NotebookDocument,
    controller: vscode.NotebookController,
  ): Promise<void> {
    const { Session } = await import('./session');
    if (notebook.isClosed) return;
    let session = this.sessions.get(notebook);
    if (!session) {
      session = new Session(folderOf(notebook), controller, this.log);
      this.sessions.set(notebook, session);
    }
    // A notebook of which nothing was executed keeps the kernel that it names.
    if (cells.some(({ document }) => LANGUAGES.includes(document.languageId))) {
      nameKernel(notebook).catch((error: unknown) => this.log.warn(String(error)));
    }
    await session.execute(cells);
  }

  /** The kernel of a notebook that no tab shows any more is not kept, nor offered for its sake. */
  private tabsClosed(closed: readonly vscode.Tab[]): void {
    const uris = closed.flatMap(uriOfTab);
    const notebooks = vscode.workspace.notebookDocuments.filter(({ uri }) =>
      uris.includes(uri.toString()),
    );
    if (notebooks.length === 0) return;
    // A tab that is moved is closed here and opened there.
    setTimeout(() => {
      const shown = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.flatMap(uriOfTab));
      for (const notebook of notebooks) {
        if (shown.includes(notebook.uri.toString())) continue;
        this.hidden.add(notebook);
        this.end(notebook);
      }
    }, MOVE_MS);
  }

  private tabsOpened(opened: readonly vscode.Tab[]): void {
    const uris = opened.flatMap(uriOfTab);
    if (uris.length === 0) return;
    for (const notebook of vscode.workspace.notebookDocuments) {
      if (uris.includes(notebook.uri.toString())) this.hidden.delete(notebook);
    }
    this.offer();
  }

  private end(notebook: vscode.NotebookDocument): void {
    this.sessions.get(notebook)?.dispose();
    this.sessions.delete(notebook);
    this.offer();
  }
}

/** The notebook that a tab shows, if it shows one. */
function uriOfTab({ input }: vscode.Tab): string[] {
  return input instanceof vscode.TabInputNotebook ? [input.uri.toString()] : [];
}

/** Where a notebook is: what its cells import is relative to it. */
export function folderOf({ uri, isUntitled }: vscode.NotebookDocument): string {
  if (uri.scheme === 'file' && !isUntitled) return path.dirname(uri.fsPath);
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? os.homedir();
}

/** Whether a notebook says that it is executed here. */
export function isOurs(notebook: vscode.NotebookDocument): boolean {
  return isMeantForUs(metadataOf(notebook));
}

/** Whether a notebook may be executed here. */
export function isForUs(notebook: vscode.NotebookDocument): boolean {
  return mayBeOurs(metadataOf(notebook), codeCells(notebook));
}

function codeCells(notebook: vscode.NotebookDocument): CodeCell[] {
  return notebook
    .getCells()
    .filter(({ kind }) => kind === vscode.NotebookCellKind.Code)
    .map(({ document }) => ({
      language: document.languageId,
      isEmpty: document.getText().trim() === '',
    }));
}

/** Whether a change may be one of language: nothing is read while somebody only types or executes. */
function maySpeakOtherwise(change: vscode.NotebookDocumentChangeEvent): boolean {
  const { metadata, contentChanges, cellChanges } = change;
  return (
    metadata !== undefined ||
    contentChanges.length > 0 ||
    // What a text holds is told elsewhere; here, that it is of another language.
    cellChanges.some(({ document }) => document !== undefined)
  );
}

/** The metadata of the file, which VS Code keeps within its own. */
function metadataOf({ metadata }: vscode.NotebookDocument): unknown {
  return (metadata as { readonly metadata?: unknown }).metadata;
}

/** Writes into a notebook that was executed what it was executed with, so that it opens with that again. */
async function nameKernel(notebook: vscode.NotebookDocument): Promise<void> {
  const metadata = metadataOf(notebook);
  if (isMeantForUs(metadata)) return;
  const edit = new vscode.WorkspaceEdit();
  edit.set(notebook.uri, [
    vscode.NotebookEdit.updateNotebookMetadata({
      ...notebook.metadata,
      metadata: withKernelspec(metadata),
    }),
  ]);
  await vscode.workspace.applyEdit(edit);
}
