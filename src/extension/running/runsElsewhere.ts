import * as vscode from 'vscode';
import type { RunSummary } from '../../node/runStore/listRuns';
import type { ExperimentEntry } from '../experiments/experimentIndex';
import type { Lab } from '../lab';
import { showWarningMessage } from '../plainText';

/** A run that another window or program is computing. */
export type RunElsewhere = Extract<RunSummary, { engine: unknown }>;

/**
 * The newest run of an experiment that another process is computing.
 * @param own folder of the run that this window is computing, if there is one
 */
export function findRunElsewhere(
  { runs }: Pick<ExperimentEntry, 'runs'>,
  own: string | undefined,
): RunElsewhere | undefined {
  return runs.find((run): run is RunElsewhere => run.state === 'running' && run.folder !== own);
}

/**
 * If another process is running the experiment, asks whether to start a second run or open the first one.
 * @returns whether this window may run the experiment
 */
export async function confirmSecondRun(lab: Lab, experiment: string): Promise<boolean> {
  const entry = lab.experiments.find(experiment);
  if (!entry) return true;
  // The index may not have noticed yet that another process started or ended a run.
  const { listRuns } = await import('../../node/runStore/listRuns');
  const own = lab.runs.active.find((active) => active.experiment === experiment)?.folder;
  const other = findRunElsewhere({ runs: await listRuns(entry.folder) }, own);
  if (!other) return true;
  const { isSameSpecification } = await import('../../node/runStore/header');
  const isSame =
    entry.specification !== undefined &&
    isSameSpecification(entry.specification, other.specification);
  const open = vscode.l10n.t('Open Trajectories');
  const second = vscode.l10n.t('Run Anyway');
  const chosen = await showWarningMessage(
    vscode.l10n.t('{0} is already running: {1}.', entry.name, ownerInWords(other)),
    {
      modal: true,
      detail: isSame
        ? vscode.l10n.t('A second run of the same specification computes the same numbers.')
        : vscode.l10n.t('That run uses a different specification than experiment.json has now.'),
    },
    open,
    second,
  );
  if (chosen === open) {
    await vscode.commands.executeCommand('polysemanticity.trajectories.open', {
      experiment,
      run: other.folder,
    });
  }
  return chosen === second;
}

/** The process that computes a run: `process 4711 on lab7`. */
export function ownerInWords({ owner }: RunElsewhere): string {
  return owner ?? vscode.l10n.t('another process');
}
