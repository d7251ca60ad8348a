import * as vscode from 'vscode';
import { chooseExperiment } from '../experiments/choose';
import type { Lab } from '../lab';
import { Controller, NOTEBOOK_TYPE } from './controller';
import { IntelliSense } from './intelliSense';
import { openWhatIsClicked } from './outputClicks';
import { openNotebook, type WriteNotebook } from './openNotebook';
import { tellRestriction } from './restriction';

/**
 * Notebooks in the editor: their kernels, their commands, and what a click in an output opens.
 * @param write writes an experiment's notebook; without it none is offered
 */
export function registerNotebooks(lab: Lab, write?: WriteNotebook): void {
  const { subscriptions } = lab.context;
  let controller: Controller | undefined;
  // In a folder that is not trusted there is nothing to run cells with; their outputs are shown.
  const offer = (): void => {
    controller = new Controller(lab.log);
    subscriptions.push(controller);
  };
  if (vscode.workspace.isTrusted) offer();
  else {
    const telling = tellRestriction();
    const granted = vscode.workspace.onDidGrantWorkspaceTrust(() => {
      // Cells that are shown forget what they said only when it is taken back.
      telling.dispose();
      offer();
    });
    subscriptions.push(telling, granted);
  }

  subscriptions.push(
    new IntelliSense(lab.context, lab.log),
    openWhatIsClicked(lab),
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

/** The notebook that a command is about: that of the toolbar that it was called from, else the active one. */
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
