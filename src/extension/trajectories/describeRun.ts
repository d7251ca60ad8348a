import path from 'node:path';
import { readRun } from '../../node/runStore/readRun';
import type { RunDescription } from '../../protocol/trajectories';

/**
 * What is known of a run beside its rows.
 * @param running whether somebody writes it at the moment
 * @throws LabError when no run is there, or it is damaged
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
  };
}
