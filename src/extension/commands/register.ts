import * as vscode from 'vscode';
import type { Lab } from '../lab';
import { keepContextKeys } from './contextKeys';
import { deleteRuns } from './deleteRun';
import { goOnWithExample, openExamples, runExample } from './examples';
import { exportNumbers } from './exportRun';
import { openCode, openExperiment, reveal, revealInOs } from './open';
import { reportError } from './reportError';
import { tickStep } from '../walkthrough';

/** Called with the item that it was called on, and all that are selected. */
type Command = (lab: Lab, argument: unknown, selected: unknown) => Promise<unknown>;

const WALKTHROUGH = 'polysemanticity.polysemanticity-lab#start';

const COMMANDS: Readonly<Record<string, Command>> = {
  // What reads and checks experiments is loaded when it is needed.
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
 * Commands about experiments that neither run nor show anything, and what the manifest asks for.
 * @param selection what is selected in the tree: a key is not told on what it was pressed
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
            if (isOfKey(argument)) await command(lab, selection()[0], selection());
            else await command(lab, argument, selected);
          } catch (error) {
            void reportError(lab, error);
          }
        },
      ),
    ),
  );
  void goOnWithExample(lab);
}

/** Whether this is the argument that the key bindings of the tree have. */
function isOfKey(argument: unknown): boolean {
  return typeof argument === 'object' && argument !== null && 'selected' in argument;
}
