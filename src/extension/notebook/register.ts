import * as vscode from 'vscode';
import { chooseExperiment } from '../experiments/choose';
import type { Lab } from '../lab';
import { Controller, NOTEBOOK_TYPE } from './controller';
import { IntelliSense } from './intelliSense';
import { handleOutputClicks } from './outputClicks';
import { openNotebook, type WriteNotebook } from './openNotebook';
import { showRestriction } from './restriction';

/**
 * Registers the kernel, the commands and the click handler of notebooks.
 * @param write creates the notebook of an experiment; without it, the extension does not offer to create one
 */
export function registerNotebooks(lab: Lab, write?: WriteNotebook): void {
  const { subscriptions } = lab.context;
  let controller: Controller | undefined;
  // In Restricted Mode there is no kernel, but stored outputs are shown.
  const start = (): void => {
    controller = new Controller(lab.log);
    subscriptions.push(controller);
  };
  if (vscode.workspace.isTrusted) start();
  else {
    const restriction = showRestriction();
    const granted = vscode.workspace.onDidGrantWorkspaceTrust(() => {
      // Visible cells keep their status bar items until the provider is disposed.
      restriction.dispose();
      start();
    });
    subscriptions.push(restriction, granted);
  }

  subscriptions.push(
    new IntelliSense(lab.context, lab.log),
    handleOutputClicks(lab),
    vscode.commands.registerCommand('polysemanticity.kernel.restart', async (argument: unknown) => {
      const notebook = notebookOf(argument);
      if (notebook) await controller?.restart(notebook);
    }),
    vscode.commands.registerCommand('polysemanticity.notebook.open', async (argument: unknown) => {
      const experiment = await chooseExperiment(lab, argument);
      if (experiment) await openNotebook(lab, experiment, write);
    }),
  );
}

/** The notebook that a command applies to: the one whose toolbar invoked it, else the active one. */
function notebookOf(argument: unknown): vscode.NotebookDocument | undefined {
  const { notebookEditor } = (argument ?? {}) as {
    readonly notebookEditor?: { readonly notebookUri?: vscode.Uri };
  };
  const uri = notebookEditor?.notebookUri?.toString();
  return uri === undefined
    ? vscode.window.activeNotebookEditor?.notebook
    : vscode.workspace.notebookDocuments.find(
        (notebook) => notebook.notebookType === NOTEBOOK_TYPE && notebook.uri.toString() === uri,
      );
}
