import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import {
  type CodeCell,
  namesThisKernel,
  LANGUAGES,
  canExecute,
  withKernelspec,
} from './kernelspec';
import type { Session } from './session';

/** Notebook type of `.ipynb` files. */
export const NOTEBOOK_TYPE = 'jupyter-notebook';
/** Id of the controller, which VS Code prefixes with the id of the extension. */
const CONTROLLER_ID = 'polysemanticity';

/** The longest time that moving a tab takes. */
const MOVE_MS = 1000;

/**
 * Executes notebook cells, with one kernel process for each open notebook. If there is only one kernel, VS Code selects
 * it for every notebook, whatever its language. The kernel is therefore registered only while a notebook is open that
 * it can execute.
 */
export class Controller implements vscode.Disposable {
  private offered: vscode.NotebookController | undefined;
  private readonly sessions = new Map<vscode.NotebookDocument, Session>();
  /** Open notebooks without a tab. VS Code may close them minutes after their last tab. */
  private readonly hidden = new WeakSet<vscode.NotebookDocument>();
  private readonly disposables: vscode.Disposable[];

  constructor(private readonly log: vscode.LogOutputChannel) {
    const { tabGroups } = vscode.window;
    const offer = (): void => this.offer();
    this.disposables = [
      vscode.workspace.onDidOpenNotebookDocument(offer),
      vscode.workspace.onDidChangeNotebookDocument((change) => {
        if (mayChangeLanguage(change)) this.offer();
      }),
      vscode.workspace.onDidCloseNotebookDocument((notebook) => this.end(notebook)),
      tabGroups.onDidChangeTabs(({ opened, closed }) => {
        if (closed.length > 0) this.tabsClosed(closed);
        if (opened.length > 0) this.tabsOpened(opened);
      }),
    ];
    this.offer();
  }

  /** Restarts the kernel of a notebook, if it has one. */
  async restart(notebook: vscode.NotebookDocument): Promise<void> {
    await this.sessions.get(notebook)?.restart();
  }

  dispose(): void {
    for (const session of this.sessions.values()) session.dispose();
    this.sessions.clear();
    this.offered?.dispose();
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** Registers the kernel while it can execute an open notebook, and prefers it for notebooks that name it. */
  private offer(): void {
    const open = vscode.workspace.notebookDocuments.filter(
      (notebook) => notebook.notebookType === NOTEBOOK_TYPE && !this.hidden.has(notebook),
    );
    if (this.sessions.size === 0 && !open.some(canExecuteNotebook)) {
      this.offered?.dispose();
      this.offered = undefined;
      return;
    }
    const controller = (this.offered ??= this.create());
    // VS Code silently skips cells in unsupported languages. Claim the languages that occur, so that the session can
    // show an error instead.
    const others = open.flatMap(codeCells).map(({ language }) => language);
    const languages = [...new Set([...LANGUAGES, ...others])];
    if (languages.join() !== controller.supportedLanguages?.join()) {
      controller.supportedLanguages = languages;
    }
    const { Preferred } = vscode.NotebookControllerAffinity;
    for (const notebook of open.filter(usesThisKernel))
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
    // Do not change the kernel that a notebook names unless this kernel executes one of its cells.
    if (cells.some(({ document }) => LANGUAGES.includes(document.languageId))) {
      nameKernel(notebook).catch((error: unknown) => this.log.warn(String(error)));
    }
    await session.execute(cells);
  }

  /** Ends the kernels of notebooks that have no tab any more. */
  private tabsClosed(closed: readonly vscode.Tab[]): void {
    const uris = closed.flatMap(uriOfTab);
    const notebooks = vscode.workspace.notebookDocuments.filter(({ uri }) =>
      uris.includes(uri.toString()),
    );
    if (notebooks.length === 0) return;
    // VS Code reports a moved tab as closed and opened again.
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

/** The URI of the notebook that a tab shows, if any. */
function uriOfTab({ input }: vscode.Tab): string[] {
  return input instanceof vscode.TabInputNotebook ? [input.uri.toString()] : [];
}

/** The folder of a notebook, to which the imports of its cells are relative. */
export function folderOf({ uri, isUntitled }: vscode.NotebookDocument): string {
  if (uri.scheme === 'file' && !isUntitled) return path.dirname(uri.fsPath);
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? os.homedir();
}

/** Whether a notebook names this kernel. */
export function usesThisKernel(notebook: vscode.NotebookDocument): boolean {
  return namesThisKernel(metadataOf(notebook));
}

/** Whether this kernel can execute a notebook. */
export function canExecuteNotebook(notebook: vscode.NotebookDocument): boolean {
  return canExecute(metadataOf(notebook), codeCells(notebook));
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

/** Whether a change may affect languages. False while the user only types or executes, to avoid reading all cells. */
function mayChangeLanguage(change: vscode.NotebookDocumentChangeEvent): boolean {
  const { metadata, contentChanges, cellChanges } = change;
  return (
    metadata !== undefined ||
    contentChanges.length > 0 ||
    // This event reports a document only if the language of its cell has changed.
    cellChanges.some(({ document }) => document !== undefined)
  );
}

/** The metadata of the file, which VS Code nests in its own. */
function metadataOf({ metadata }: vscode.NotebookDocument): unknown {
  return (metadata as { readonly metadata?: unknown }).metadata;
}

/** Names this kernel in the metadata of an executed notebook, so that VS Code selects it the next time. */
async function nameKernel(notebook: vscode.NotebookDocument): Promise<void> {
  const metadata = metadataOf(notebook);
  if (namesThisKernel(metadata)) return;
  const edit = new vscode.WorkspaceEdit();
  edit.set(notebook.uri, [
    vscode.NotebookEdit.updateNotebookMetadata({
      ...notebook.metadata,
      metadata: withKernelspec(metadata),
    }),
  ]);
  await vscode.workspace.applyEdit(edit);
}
