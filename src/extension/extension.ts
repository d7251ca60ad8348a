import * as vscode from 'vscode';
import { LatestResults } from './code/latestResults';
import { registerCode } from './code/register';
import { registerCommands } from './commands/register';
import { registerExperiments, type ExperimentsView } from './experiments/register';
import { WorkspaceIndex } from './experiments/workspaceIndex';
import type { Lab } from './lab';
import { registerMatrix } from './matrix/register';
import { registerNotebooks } from './notebook/register';
import { writeNotebook } from './notebook/writeNotebook';
import { registerRunCommands } from './running/commands';
import { createRunServices } from './running/createRunServices';
import { SelectionStore } from './selection';
import { registerTrajectories } from './trajectories/register';

/** Returned by {@link activate}; only the tests in VS Code use it. */
export interface Exports extends ExperimentsView {
  readonly lab: Lab;
}

/** VS Code calls this once, when it first needs a feature of the extension. */
export function activate(context: vscode.ExtensionContext): Exports {
  const log = vscode.window.createOutputChannel('Polysemanticity', { log: true });
  const experiments = new WorkspaceIndex(log);
  const selection = new SelectionStore();
  context.subscriptions.push(log, experiments, selection);
  const { runs, engine } = createRunServices(context, log, experiments, selection);
  // File watchers may be late, and some file systems do not support them.
  runs.onDidReport(({ experiment, event }) => {
    if (event.type === 'run-started') experiments.refreshSoon(experiment);
  });
  runs.onDidEnd(({ experiment }) => experiments.refreshSoon(experiment));
  const lab: Lab = { context, log, experiments, runs, selection };
  const results = new LatestResults(lab);
  context.subscriptions.push(results);

  const { tree, view } = registerExperiments(lab, results);
  registerCommands(lab, () => view.selection);
  registerRunCommands(lab, runs, engine);
  registerCode(lab, results);
  registerMatrix(lab);
  registerNotebooks(lab, writeNotebook);
  registerTrajectories(lab);
  return { lab, tree, view };
}
