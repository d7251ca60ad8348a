import * as vscode from 'vscode';
import type { Lab } from '../lab';
import { viewTypeOf } from '../pages/pagePanel';
import { TrajectoriesPanels } from './trajectoriesPanels';

/** Trajectories: their commands, and what restores them when the window is opened again. */
export function registerTrajectories(lab: Lab): void {
  const panels = new TrajectoriesPanels(lab);
  lab.context.subscriptions.push(
    panels,
    vscode.commands.registerCommand(
      'polysemanticity.trajectories.open',
      (argument: unknown, selected: unknown) => panels.open(argument, selected),
    ),
    vscode.commands.registerCommand(
      'polysemanticity.runs.compare',
      (argument: unknown, selected: unknown) => panels.compare(argument, selected),
    ),
    vscode.window.registerWebviewPanelSerializer(viewTypeOf('trajectories'), {
      deserializeWebviewPanel: (panel, state: unknown) => panels.restore(panel, state),
    }),
  );
}
