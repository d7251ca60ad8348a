import { stat } from 'node:fs/promises';
import path from 'node:path';
import { invalid } from '../core/errors';
import { visibleLine } from '../core/visible';
import { openExperiment } from '../node/experiments/openExperiment';
import { listRuns, type RunSummary } from '../node/runStore/listRuns';
import { RUN_FILE, STARTED_FILE } from '../node/runStore/paths';
import { readRun, type StoredRun } from '../node/runStore/readRun';
import { shellWord } from './cli';

/** An experiment's runs, and the selected one. */
export interface Selection {
  /** Name of the experiment. */
  readonly experiment: string;
  /** Newest first; empty for the folder of a run, which may be anywhere. */
  readonly runs: readonly RunSummary[];
  /** The selected run, by default the newest finished one. */
  readonly run?: StoredRun;
}

/**
 * Finds the run for a command.
 * @param location folder of an experiment, its `experiment.json`, or folder of a run
 * @param id of one of the experiment's runs; by default the newest finished one
 * @throws LabError when there is no such experiment or run, or it is damaged
 */
export async function selectRun(location: string, id?: string): Promise<Selection> {
  const folder = path.resolve(location);
  if (await isRun(folder)) {
    if (id !== undefined) {
      throw invalid(`${visibleLine(folder)} is the folder of a run: omit --run`, {
        field: '--run',
      });
    }
    const run = await readRun(folder);
    return { experiment: run.header.specification.name, runs: [], run };
  }
  const experiment = await openExperiment(location);
  const runs = await listRuns(experiment.folder);
  const found = id === undefined ? runs.find(isFinished) : findRun(runs, id);
  if (found?.state === 'damaged') throw invalid(found.reason, { file: found.folder });
  return {
    experiment: experiment.specification.name,
    runs,
    run: found && (await readRun(found.folder)),
  };
}

/**
 * The run to verify, which may be damaged.
 * @param id of one of the experiment's runs; by default the newest finished or damaged one, otherwise the
 *   newest
 * @throws LabError when there is no such experiment or run
 */
export async function folderToVerify(location: string, id?: string): Promise<string> {
  const folder = path.resolve(location);
  if (await isRun(folder)) return (await selectRun(location, id)).run?.folder ?? folder;
  const runs = await listRuns((await openExperiment(location)).folder);
  if (id !== undefined) return findRun(runs, id).folder;
  const wasFinished = ({ state }: RunSummary): boolean =>
    state === 'finished' || state === 'damaged';
  const [found] = [...runs.filter(wasFinished), ...runs] as (RunSummary | undefined)[];
  if (!found) throw invalid(noFinishedRun(location, runs), { file: location });
  return found.folder;
}

/** The message if no run is finished. */
export function noFinishedRun(location: string, runs: readonly RunSummary[]): string {
  const command = `polysemanticity run ${shellWord(location)}`;
  return runs.length === 0
    ? `there are no runs yet; start one with: ${command}`
    : `no run is finished yet; resume with: ${command}, or select an unfinished one with --run`;
}

function isFinished({ state }: RunSummary): boolean {
  return state === 'finished';
}

function findRun(runs: readonly RunSummary[], id: string): RunSummary {
  const found = runs.find((run) => run.id === id);
  if (found) return found;
  const known =
    runs.length === 0 ? 'there are none yet' : visibleLine(runs.map((run) => run.id).join(', '));
  throw invalid(`there is no run ${JSON.stringify(id)}; runs: ${known}`, { field: '--run' });
}

async function isRun(folder: string): Promise<boolean> {
  for (const name of [RUN_FILE, STARTED_FILE]) {
    const there = await stat(path.join(folder, name)).then(
      () => true,
      () => false,
    );
    if (there) return true;
  }
  return false;
}
