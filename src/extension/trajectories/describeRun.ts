import { stat } from 'node:fs/promises';
import path from 'node:path';
import { unlessMissing } from '../../node/runStore/disk';
import { METRICS_FILE } from '../../node/runStore/paths';
import { readRun, type StoredRun } from '../../node/runStore/readRun';
import type { RunDescription, TrajectoryPoint } from '../../protocol/trajectories';
import { invalid } from '../../core/errors';

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
    nulls: header.null,
    // A run that has just begun draws its null before its first row.
    oldNull: header.null === undefined && (await hasRows(folder)),
  };
}

async function hasRows(folder: string): Promise<boolean> {
  const rows = await unlessMissing(stat(path.join(folder, METRICS_FILE)));
  return rows !== undefined && rows.size > 0;
}

/**
 * The checkpoint whose matrix is kept and that is nearest to a point: the same, or the nearest epoch of the
 * same specimen.
 * @throws LabError when no matrix of the specimen is kept
 */
export async function nearestKept({ run, checkpoint }: TrajectoryPoint): Promise<string> {
  const stored = await readRun(run);
  const [leg, , epoch] = checkpoint.split('/');
  const kept = (await stored.checkpoints())
    .filter(({ name, attribution }) => attribution && name.split('/')[0] === leg)
    .map(({ name, epoch: at }) => ({ name, distance: Math.abs(at - Number(epoch)) }))
    .sort((a, b) => a.distance - b.distance);
  const [nearest] = kept as readonly ((typeof kept)[number] | undefined)[];
  if (!nearest) throw invalid(whyNone(stored), { file: run, field: leg });
  return nearest.name;
}

function whyNone({ state, header }: StoredRun): string {
  return state === 'finished'
    ? `no matrix of this network is kept; keep.attributions is "${header.specification.keep.attributions}"`
    : 'no matrix of this network can be read yet: its training is not finished';
}
