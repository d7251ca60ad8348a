import * as vscode from 'vscode';
import type { RunSummary } from '../../node/runStore/listRuns';
import type { ExperimentEntry } from '../experiments/experimentIndex';
import type { Lab } from '../lab';
import { showWarningMessage } from '../plainText';

/** A run that a process of another window or program works on. */
export type RunElsewhere = Extract<RunSummary, { engine: unknown }>;

/**
 * The newest run of an experiment that somebody else works on.
 * @param own folder of the run that this window is at, where there is one
 */
export function runElsewhere(
  { runs }: Pick<ExperimentEntry, 'runs'>,
  own: string | undefined,
): RunElsewhere | undefined {
  return runs.find((run): run is RunElsewhere => run.state === 'running' && run.folder !== own);
}

/**
 * Whether an experiment may be run although somebody else runs it: the user is told where, can look at that
 * run, and agrees to a second one or not.
 */
export async function mayRunBeside(lab: Lab, experiment: string): Promise<boolean> {
  const entry = lab.experiments.find(experiment);
  if (!entry) return true;
  // What the index knows may be older than the last start or end elsewhere.
  const { listRuns } = await import('../../node/runStore/listRuns');
  const own = lab.runs.active.find((active) => active.experiment === experiment)?.folder;
  const other = runElsewhere({ runs: await listRuns(entry.folder) }, own);
  if (!other) return true;
  const { isSameSpecification } = await import('../../node/runStore/header');
  const isSame =
    entry.specification !== undefined &&
    isSameSpecification(entry.specification, other.specification);
  const look = vscode.l10n.t('Look at It');
  const second = vscode.l10n.t('Run a Second Time');
  const chosen = await showWarningMessage(
    vscode.l10n.t('{0} is running already: {1}.', entry.name, ownerInWords(other)),
    {
      modal: true,
      detail: isSame
        ? vscode.l10n.t('A second run of the same specification computes the same numbers again.')
        : vscode.l10n.t(
            'That run was begun with another specification than experiment.json has now.',
          ),
    },
    look,
    second,
  );
  if (chosen === look) {
    await vscode.commands.executeCommand('polysemanticity.trajectories.open', {
      experiment,
      run: other.folder,
    });
  }
  return chosen === second;
}

/** Who works on a run, in words: `process 4711 on lab7`. */
export function ownerInWords({ owner }: RunElsewhere): string {
  return owner ?? vscode.l10n.t('another process');
}
