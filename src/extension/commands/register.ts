import * as vscode from 'vscode';
import type { Lab } from '../lab';
import { keepContextKeys } from './contextKeys';
import { deleteRuns } from './deleteRun';
import { openExamples, resumeExample, runExample } from './examples';
import { exportNumbers } from './exportRun';
import { openCode, openExperiment, reveal, revealInOs } from './open';
import { reportError } from './reportError';
import { tickStep } from '../walkthrough';

/** Receives the item that it was invoked on, and all selected items. */
type Command = (lab: Lab, argument: unknown, selected: unknown) => Promise<unknown>;

const WALKTHROUGH = 'polysemanticity.polysemanticity-lab#start';

const COMMANDS: Readonly<Record<string, Command>> = {
  // Loaded on demand, because they import the code that parses and validates experiments.
  'experiment.new': async (lab, argument) =>
    (await import('./newExperiment')).newExperiment(lab, argument),
  'experiment.import': async (lab, argument) =>
    (await import('./importPyTorch')).importFromPyTorch(lab, argument),
  'experiment.open': openExperiment,
  'experiment.openCode': openCode,
  'experiment.export': exportNumbers,
  'experiment.reveal': reveal,
  'experiment.revealInOs': revealInOs,
  'experiment.refresh': ({ experiments }) => experiments.refresh(),
  'examples.open': openExamples,
  'examples.run': runExample,
  'run.delete': deleteRuns,
  'settings.open': async ({ context }) =>
    vscode.commands.executeCommand('workbench.action.openSettings', `@ext:${context.extension.id}`),
  'walkthrough.open': async () =>
    vscode.commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH),
};

/**
 * Registers the commands that create, open, export and delete, and keeps the context keys up to date.
 * @param selection the selected items of the tree, which VS Code does not pass to key bindings
 */
export function registerCommands(lab: Lab, selection: () => readonly unknown[]): void {
  lab.context.subscriptions.push(
    keepContextKeys(lab),
    lab.runs.onDidEnd(({ end }) => {
      if (end.state === 'finished') tickStep('run');
    }),
    ...Object.entries(COMMANDS).map(([id, command]) =>
      vscode.commands.registerCommand(
        `polysemanticity.${id}`,
        async (argument: unknown, selected: unknown) => {
          try {
            if (isKeyBinding(argument)) await command(lab, selection()[0], selection());
            else await command(lab, argument, selected);
          } catch (error) {
            void reportError(lab, error);
          }
        },
      ),
    ),
  );
  void resumeExample(lab);
}

/** Whether this is the argument of the tree's key bindings in the manifest. */
function isKeyBinding(argument: unknown): boolean {
  return typeof argument === 'object' && argument !== null && 'selected' in argument;
}
