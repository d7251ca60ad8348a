import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../../core/errors';
import { legName, planRun, type Leg } from '../../core/experiment/plan';
import type { Specification } from '../../core/experiment/specification';
import { makeWritableFolder } from '../folders';
import { isLeftover, isTemporary } from '../newFile';
import { isErrorCode, onDisk, unlessMissing } from './disk';
import { FinishedLegFiles } from './finishedLegs';
import { openLegFile, type LegFile } from './legFile';
import {
  addPlace,
  isComplete,
  keepRows,
  rowsByLeg,
  type RowPlace,
  type RowPlaces,
} from './metricsFile';
import { legFile, LEGS_FOLDER, METRICS_FILE, PARTIAL, TEMPORARY } from './paths';

/** What is left of a run. */
export interface RepairedRun {
  readonly finished: FinishedLegFiles;
  /** Where the rows of the finished legs stand. */
  readonly rows: RowPlaces;
}

/**
 * Removes from an unfinished run all but its finished legs: those with a row for every epoch and a
 * whole file. Can be repeated after a kill at any moment.
 * @throws LabError (`storage`)
 */
export async function repair(folder: string, specification: Specification): Promise<RepairedRun> {
  const legs = path.join(folder, LEGS_FOLDER);
  const metrics = path.join(folder, METRICS_FILE);
  await makeWritableFolder(legs);
  await removeUnfinishedFiles(folder);
  await removeUnfinishedFiles(legs);
  const rows = await unlessMissing(rowsByLeg(metrics, 'skip'));
  const finished = new FinishedLegFiles();
  const kept: (RowPlace & { readonly leg: string })[] = [];
  for (const leg of planRun(specification)) {
    const places = rows?.get(legName(leg)) ?? [];
    const file = isComplete(specification, leg, places)
      ? await openIfWhole(folder, leg)
      : undefined;
    if (file) {
      finished.add(leg, file);
      kept.push(...places.map((place) => ({ ...place, leg: legName(leg) })));
    } else {
      const path = legFile(folder, leg);
      await onDisk(path, 'remove the file', () => rm(path, { force: true }));
    }
  }
  if (rows) {
    // In the order in which they were measured.
    kept.sort((a, b) => a.start - b.start);
    await keepRows(metrics, kept);
  }
  return { finished, rows: oneAfterTheOther(kept) };
}

/** Where lines stand once they are all that is left. */
function oneAfterTheOther(lines: readonly (RowPlace & { readonly leg: string })[]): RowPlaces {
  const places: RowPlaces = new Map();
  let start = 0;
  for (const { leg, epoch, ...before } of lines) {
    const end = start + before.end - before.start;
    addPlace(places, leg, { epoch, start, end });
    start = end + 1;
  }
  return places;
}

async function removeUnfinishedFiles(folder: string): Promise<void> {
  await onDisk(folder, 'remove temporary files', async () => {
    for (const name of await readdir(folder)) {
      const file = path.join(folder, name);
      // Others may write here, too: an export, for example.
      const isOurs = name.endsWith(TEMPORARY) || name.endsWith(PARTIAL);
      if (isOurs && (!isTemporary(name) || (await isLeftover(file)))) await rm(file);
    }
  });
}

async function openIfWhole(folder: string, leg: Leg): Promise<LegFile | undefined> {
  try {
    return await openLegFile(folder, leg);
  } catch (error) {
    const damaged = error instanceof LabError && error.kind === 'invalid-input';
    if (damaged || isErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
