import nodePath from 'node:path';
import { computedMatrix, type StoredMatrix } from '../core/attribution/matrix';
import { listRuns as listStored } from '../node/runStore/listRuns';
import { readRun, type StoredRun } from '../node/runStore/readRun';
import { checked } from './checks/checked';
import { checkpoint, path } from './checks/options';
import type { Displayed } from './display';
import { runDisplay } from './outputs';
import type { Run } from './run';

/**
 * Opens a stored run, even unfinished or while it is being written. Results are read on demand.
 * @param folder of the run: `<experiment>/runs/<id>`
 * @throws LabError when there is no run, or its header is damaged
 */
export async function openRun(folder: string): Promise<Run & Displayed> {
  return asRun(await readRun(checked(path, folder, 'folder')));
}

/**
 * The runs of an experiment, newest first; damaged ones are left out.
 * @param experiment its folder
 * @throws LabError when the folder of its runs cannot be read
 */
export async function listRuns(experiment: string): Promise<(Run & Displayed)[]> {
  const summaries = await listStored(nodePath.resolve(checked(path, experiment, 'experiment')));
  const intact = summaries.filter(({ state }) => state !== 'damaged');
  return Promise.all(intact.map(({ folder }) => openRun(folder)));
}

function asRun(stored: StoredRun): Run & Displayed {
  const { header, folder, state } = stored;
  const matrix = async (name: string): Promise<StoredMatrix> =>
    stored.attribution(checked(checkpoint, name, 'name'));
  const run: Run = {
    specification: header.specification,
    engine: header.engine.description,
    state,
    folder,
    nulls: header.null,
    rows: () => stored.rows(),
    checkpoints: () => stored.checkpoints(),
    attribution: async (name) => computedMatrix(await matrix(name)),
    specimen: async (name) => stored.specimen(checked(checkpoint, name, 'name')),
  };
  return { ...run, ...runDisplay(run, matrix) };
}
