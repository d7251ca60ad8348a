import * as vscode from 'vscode';
import type { Lab } from '../lab';
import { viewTypeOf } from '../pages/pagePanel';
import { MatrixPanels } from './matrixPanels';

/** The attribution matrices: their command, and what restores them when the window is opened again. */
export function registerMatrix(lab: Lab): void {
  const panels = new MatrixPanels(lab);
  lab.context.subscriptions.push(
    panels,
    vscode.commands.registerCommand('polysemanticity.matrix.open', (argument: unknown) =>
      panels.open(argument),
    ),
    vscode.window.registerWebviewPanelSerializer(viewTypeOf('matrix'), {
      deserializeWebviewPanel: (panel, state: unknown) => {
        panels.restore(panel, state);
        return Promise.resolve();
      },
    }),
  );
}
