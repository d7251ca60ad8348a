import * as vscode from 'vscode';
import type { Lab } from '../lab';
import { Lazy } from '../lazy';
import { viewTypeOf } from '../pages/viewType';

/** Registers the command for attribution matrices and the serializer that restores their panels. */
export function registerMatrix(lab: Lab): void {
  const panels = new Lazy(async () => {
    const { MatrixPanels } = await import('./matrixPanels');
    return new MatrixPanels(lab);
  });
  lab.context.subscriptions.push(
    { dispose: () => panels.ifCreated((created) => created.dispose()) },
    vscode.commands.registerCommand('polysemanticity.matrix.open', async (argument: unknown) =>
      (await panels.get()).open(argument),
    ),
    vscode.window.registerWebviewPanelSerializer(viewTypeOf('matrix'), {
      deserializeWebviewPanel: async (panel, state: unknown) =>
        (await panels.get()).restore(panel, state),
    }),
  );
}
