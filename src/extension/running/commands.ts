import * as vscode from 'vscode';
import { Stopped } from '../../core/stop';
import { chooseExperiment, chooseRun } from '../experiments/choose';
import { isWithin } from '../experiments/commandTarget';
import type { Lab } from '../lab';
import { requireTrust } from '../trust';
import type { EngineDoor } from './engineProvider';
import { dataProgressInWords } from './job';
import type { RunRequest } from './runService';
import type { Runs } from './runs';
import { setUpTensorflow } from './tensorflow';
import { mayRunBeside } from './runsElsewhere';
import { plainMessage, showErrorMessage, showInformationMessage } from '../plainText';

/** The commands that run something, or stop it. */
export function registerRunCommands(lab: Lab, runs: Runs, engine: EngineDoor): void {
  const { context, experiments, log } = lab;
  const register = (id: string, work: (argument?: unknown) => unknown): void => {
    const command = vscode.commands.registerCommand(`polysemanticity.${id}`, work);
    context.subscriptions.push(command);
  };
  const run = async (request: RunRequest): Promise<void> => {
    const { experiment } = request;
    if (!(await saveBefore(experiment))) return;
    if (request.run === undefined && !(await mayRunBeside(lab, experiment))) return;
    await runs.run(request);
  };
  register('experiment.run', async (argument) => {
    const entry = await chooseExperiment(lab, argument);
    if (entry) await run({ experiment: entry.folder });
  });
  register('experiment.rerun', async (argument) => {
    const entry = await chooseExperiment(lab, argument);
    if (entry) await run({ experiment: entry.folder, fresh: true });
  });
  register('experiment.runAll', async () => {
    await experiments.ready;
    const valid = experiments.entries.filter(({ problem }) => problem === undefined);
    await Promise.all(valid.map(({ folder }) => run({ experiment: folder })));
  });
  register('run.resume', async (argument) => {
    const chosen = await chooseRun(lab, argument, {
      accepts: ({ state }) => state === 'unfinished',
      none: vscode.l10n.t('No run was stopped or interrupted: there is nothing to resume.'),
    });
    if (chosen) await run({ experiment: chosen.entry.folder, run: chosen.run.folder });
  });
  register('experiment.stop', async (argument) => {
    const { active } = runs;
    // One that runs needs no choice.
    const [only] = active;
    if (argument === undefined && active.length === 1) return runs.stop(only.experiment);
    const entry = await chooseExperiment(lab, argument);
    if (entry) await runs.stop(entry.folder);
  });
  register('experiment.stopAll', () => runs.stopAll());
  register('data.generate', async (argument) => {
    const entry = await chooseExperiment(lab, argument);
    if (entry && (await saveBefore(entry.folder))) await generate(engine, entry, log);
  });
  register('log.show', () => log.show());
  register('tensorflow.setUp', () => setUpTensorflow(context, log));
}

/** What is run is what stands in the editor. @returns whether it may be run */
async function saveBefore(experiment: string): Promise<boolean> {
  if (!requireTrust()) return false;
  const dirty = vscode.workspace.textDocuments.filter(
    ({ isDirty, uri }) => isDirty && isWithin(experiment, uri.fsPath),
  );
  for (const document of dirty) await document.save();
  return true;
}

/** Generates toy data, with its progress in a notification that can stop it. */
async function generate(
  engine: EngineDoor,
  { folder, name }: { readonly folder: string; readonly name: string },
  log: vscode.LogOutputChannel,
): Promise<void> {
  const title = plainMessage(vscode.l10n.t('Toy data of {0}', name));
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  try {
    const file = await vscode.window.withProgress(options, async (progress, token) => {
      const controller = new AbortController();
      token.onCancellationRequested(() => controller.abort());
      const client = await engine.get();
      return client.generate(
        { experiment: folder },
        {
          events(events) {
            for (const event of events) {
              if (event.type === 'warning') log.warn(`${name}: ${event.message}`);
              if (event.type !== 'data-progress') continue;
              progress.report({ message: dataProgressInWords(event) });
            }
          },
        },
        controller.signal,
      );
    });
    void showInformationMessage(vscode.l10n.t('The toy data is in {0}.', file));
  } catch (error) {
    if (error instanceof Stopped) {
      const message = vscode.l10n.t(
        'No toy data of {0} was written: its generation was stopped.',
        name,
      );
      void showInformationMessage(message);
      return;
    }
    const reason = error instanceof Error ? error.message : String(error);
    log.error(reason);
    void showErrorMessage(reason);
  }
}
