import * as vscode from 'vscode';
import { Stopped } from '../../core/stop';
import { chooseExperiment, chooseRun } from '../experiments/choose';
import { isWithin } from '../experiments/commandTarget';
import type { Lab } from '../lab';
import { requireTrust } from '../trust';
import type { EngineProvider } from './engineProvider';
import { dataProgressInWords } from './job';
import type { RunRequest } from './runService';
import type { Runs } from './runs';
import { setUpTensorflow } from './tensorflow';
import { confirmSecondRun } from './runsElsewhere';
import { plainMessage, showErrorMessage, showInformationMessage } from '../plainText';

/** Registers the commands that start or stop runs, generate data or set up TensorFlow. */
export function registerRunCommands(lab: Lab, runs: Runs, engine: EngineProvider): void {
  const { context, experiments, log } = lab;
  const register = (id: string, work: (argument?: unknown) => unknown): void => {
    const command = vscode.commands.registerCommand(`polysemanticity.${id}`, work);
    context.subscriptions.push(command);
  };
  const run = async (request: RunRequest): Promise<void> => {
    const { experiment } = request;
    if (!(await saveBefore(experiment))) return;
    if (request.run === undefined && !(await confirmSecondRun(lab, experiment))) return;
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
      none: vscode.l10n.t('There is no unfinished run to resume.'),
    });
    if (chosen) await run({ experiment: chosen.entry.folder, run: chosen.run.folder });
  });
  register('experiment.stop', async (argument) => {
    const { active } = runs;
    // A single active run needs no choice.
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

/** Saves unsaved changes, so that the run uses them. @returns whether the workspace is trusted */
async function saveBefore(experiment: string): Promise<boolean> {
  if (!requireTrust()) return false;
  const dirty = vscode.workspace.textDocuments.filter(
    ({ isDirty, uri }) => isDirty && isWithin(experiment, uri.fsPath),
  );
  for (const document of dirty) await document.save();
  return true;
}

/** Generates toy data and shows its progress in a notification with a cancel button. */
async function generate(
  engine: EngineProvider,
  { folder, name }: { readonly folder: string; readonly name: string },
  log: vscode.LogOutputChannel,
): Promise<void> {
  const title = plainMessage(vscode.l10n.t('Generating toy data for {0}', name));
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
    void showInformationMessage(vscode.l10n.t('Wrote the toy data to {0}.', file));
  } catch (error) {
    if (error instanceof Stopped) {
      const message = vscode.l10n.t(
        'The generation of toy data for {0} was stopped. No data was written.',
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
