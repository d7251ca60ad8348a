import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { isMeantForUs, withKernelspec } from './kernelspec';
import type { Session } from './session';

/** Type of the notebooks that `.ipynb` files are. */
export const NOTEBOOK_TYPE = 'jupyter-notebook';
/** Id of the controller; VS Code puts the extension's before it. */
export const CONTROLLER_ID = 'polysemanticity';
/** Languages of the cells that it executes. */
export const LANGUAGES: readonly string[] = ['typescript', 'javascript'];

/** Milliseconds that moving a tab takes at most. */
const MOVE_MS = 1000;

/** Executes the cells of notebooks on kernels of our own: one process for each notebook that is open. */
export class Controller implements vscode.Disposable {
  private readonly controller: vscode.NotebookController;
  private readonly sessions = new Map<vscode.NotebookDocument, Session>();
  private readonly disposables: vscode.Disposable[];

  constructor(private readonly log: vscode.LogOutputChannel) {
    const controller = vscode.notebooks.createNotebookController(
      CONTROLLER_ID,
      NOTEBOOK_TYPE,
      vscode.l10n.t('Polysemanticity (TypeScript)'),
    );
    controller.description = vscode.l10n.t('TypeScript and JavaScript, with the lab’s API');
    controller.supportedLanguages = [...LANGUAGES];
    controller.supportsExecutionOrder = true;
    controller.executeHandler = (cells, notebook) => this.execute(cells, notebook);
    controller.interruptHandler = (notebook) => this.sessions.get(notebook)?.interrupt();
    this.controller = controller;
    this.disposables = [
      controller,
      vscode.workspace.onDidOpenNotebookDocument((notebook) => this.prefer(notebook)),
      vscode.workspace.onDidCloseNotebookDocument((notebook) => this.end(notebook)),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => this.tabsClosed(closed)),
    ];
    for (const notebook of vscode.workspace.notebookDocuments) this.prefer(notebook);
  }

  /** Ends the kernel of a notebook, if it has one, and starts another. */
  async restart(notebook: vscode.NotebookDocument): Promise<void> {
    await this.sessions.get(notebook)?.restart();
  }

  dispose(): void {
    for (const session of this.sessions.values()) session.dispose();
    this.sessions.clear();
    for (const disposable of this.disposables) disposable.dispose();
  }

  private async execute(
    cells: vscode.NotebookCell[],
    notebook: vscode.NotebookDocument,
  ): Promise<void> {
    const { Session } = await import('./session');
    if (notebook.isClosed) return;
    let session = this.sessions.get(notebook);
    if (!session) {
      session = new Session(folderOf(notebook), this.controller, this.log);
      this.sessions.set(notebook, session);
      nameKernel(notebook).catch((error: unknown) => this.log.warn(String(error)));
    }
    await session.execute(cells);
  }

  /** VS Code may keep a notebook for minutes after its last tab is closed; its kernel is not kept. */
  private tabsClosed(closed: readonly vscode.Tab[]): void {
    const uris = closed.flatMap(uriOfTab);
    const sessions = [...this.sessions.keys()].filter(({ uri }) => uris.includes(uri.toString()));
    if (sessions.length === 0) return;
    // A tab that is moved is closed here and opened there.
    setTimeout(() => {
      const shown = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.flatMap(uriOfTab));
      for (const notebook of sessions) {
        if (!shown.includes(notebook.uri.toString())) this.end(notebook);
      }
    }, MOVE_MS);
  }

  private end(notebook: vscode.NotebookDocument): void {
    this.sessions.get(notebook)?.dispose();
    this.sessions.delete(notebook);
  }

  /** Of several kernels the one that the notebook says it was written for. */
  private prefer(notebook: vscode.NotebookDocument): void {
    if (notebook.notebookType !== NOTEBOOK_TYPE || !isOurs(notebook)) return;
    this.controller.updateNotebookAffinity(notebook, vscode.NotebookControllerAffinity.Preferred);
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
