import * as vscode from 'vscode';
import type { Lab } from '../lab';
import { Lazy } from '../lazy';
import { viewTypeOf } from '../pages/viewType';

/** Registers the commands for trajectories and the serializer that restores their panels. */
export function registerTrajectories(lab: Lab): void {
  const panels = new Lazy(async () => {
    const { TrajectoriesPanels } = await import('./trajectoriesPanels');
    return new TrajectoriesPanels(lab);
  });
  lab.context.subscriptions.push(
    { dispose: () => panels.ifCreated((created) => created.dispose()) },
    vscode.commands.registerCommand(
      'polysemanticity.trajectories.open',
      async (argument: unknown, selected: unknown) => (await panels.get()).open(argument, selected),
    ),
    vscode.commands.registerCommand(
      'polysemanticity.runs.compare',
      async (argument: unknown, selected: unknown) =>
        (await panels.get()).compare(argument, selected),
    ),
    vscode.window.registerWebviewPanelSerializer(viewTypeOf('trajectories'), {
      deserializeWebviewPanel: async (panel, state: unknown) =>
        (await panels.get()).restore(panel, state),
    }),
  );
}
