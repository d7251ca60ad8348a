import { stat } from 'node:fs/promises';
import path from 'node:path';
import { unlessMissing } from './disk';
import { METRICS_FILE } from './paths';
import { readRun } from './readRun';
import type { RunDescription } from '../../protocol/trajectories';

/**
 * Reads the description of a run: everything but its rows.
 * @param running whether a process is computing the run
 * @throws LabError if there is no run or it is damaged
 */
export async function describeRun(folder: string, running: boolean): Promise<RunDescription> {
  const { header, state } = await readRun(folder);
  const { specification, startedAt, engine, versions } = header;
  return {
    run: folder,
    id: path.basename(folder),
    experiment: path.dirname(path.dirname(folder)),
    name: specification.name,
    startedAt,
    state: running && state !== 'finished' ? 'running' : state,
    specification,
    engine: engine.description,
    version: versions.lab,
    nulls: header.null,
    // Current versions draw the null before the first row, so a run with rows and no null is old.
    oldNull: header.null === undefined && (await hasRows(folder)),
  };
}

async function hasRows(folder: string): Promise<boolean> {
  const rows = await unlessMissing(stat(path.join(folder, METRICS_FILE)));
  return rows !== undefined && rows.size > 0;
}
