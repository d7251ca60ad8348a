import path from 'node:path';
import { invalid, LabError } from '../../core/errors';
import { type Leg, legName, planRun } from '../../core/experiment/plan';
import type { Specification } from '../../core/experiment/specification';
import { type StopSignal, throwIfStopped } from '../../core/stop';
import { type CheckedLeg, checkLeg } from './checkLeg';
import type { LegDigest, LegFile } from './legFile';
import { mergeLegs, type RunFiles } from './merge';
import {
  keepRows,
  type MetricsFile,
  readMetrics,
  type RowPlace,
  type RowPlaces,
  rowsByLeg,
} from './metricsFile';
import { LEGS_FOLDER, METRICS_FILE, RUN_FILE, STARTED_FILE } from './paths';
import { access, readdir, rm } from 'node:fs/promises';
import { ownerOf, removeLocks } from './lock';

/** Legs of a run no longer match what was saved. */
export class DamagedLegs extends LabError {
  constructor(
    folder: string,
    /** Description of the damage by leg name. */
    readonly damages: ReadonlyMap<string, string>,
  ) {
    const [first, ...others] = [...damages].map(([leg, damage]) => `${leg}: ${damage}`);
    const more = others.length > 0 ? ` (and ${others.length} more: ${others.join('; ')})` : '';
    super('invalid-input', `not all legs are as they were saved. ${first}${more}`, {
      file: folder,
    });
  }
}

/** The final files of a run. */
export interface FinishedFiles {
  readonly files: RunFiles;
  /** Warnings of its legs. */
  readonly warnings: readonly { readonly message: string; readonly leg: string }[];
}

/**
 * Verifies all legs and merges them into the files of a finished run. Rows are sorted in the order of
 * {@link planRun}, then by epoch.
 * @param digests by leg name
 * @param rows already closed
 * @throws Stopped when the signal is set; the legs are unchanged
 * @throws DamagedLegs before anything is changed
 * @throws LabError when a leg was never finished, or the file system refuses
 */
export async function finishFiles(
  folder: string,
  specification: Specification,
  digests: ReadonlyMap<string, LegDigest>,
  rows: MetricsFile,
  signal?: StopSignal,
): Promise<FinishedFiles> {
  const file = path.join(folder, METRICS_FILE);
  const bytes = (await readMetrics(file)) ?? new Uint8Array();
  const plan = planRun(specification);
  const legs: LegFile[] = [];
  const places: RowPlace[] = [];
  const damages = new Map<string, string>();
  // Read again only if rows have moved: an edit of the file shifts all rows after it.
  let found: RowPlaces | undefined;
  for (const leg of plan) {
    throwIfStopped(signal);
    const name = legName(leg);
    const digest = digests.get(name);
    if (!digest) throw notFinished(file, leg);
    const check = (own: readonly RowPlace[]): Promise<CheckedLeg> =>
      checkLeg(folder, specification, leg, { bytes, places: own }, digest);
    let checked = await check(found?.get(name) ?? rows.placesOf(name));
    if ('damage' in checked && !found) {
      found = await rowsByLeg(file, 'skip');
      checked = await check(found.get(name) ?? []);
    }
    if ('damage' in checked) {
      damages.set(name, checked.damage);
    } else {
      legs.push(checked.file);
      places.push(...checked.places);
    }
  }
  if (damages.size > 0) throw new DamagedLegs(folder, damages);
  const metrics = await keepRows(file, bytes, places);
  const files = {
    [METRICS_FILE]: metrics,
    ...(await mergeLegs(folder, specification, legs, signal)),
  };
  const warnings = legs.flatMap((leg, i) =>
    leg.warnings.map((message) => ({ message, leg: legName(plan[i]) })),
  );
  return { files, warnings };
}

function notFinished(file: string, leg: Leg): LabError {
  return invalid(`${legName(leg)} is not finished, but the run is to be`, { file });
}

/** Removes the working files that a finished run no longer needs. */
export async function removeWorkingFiles(folder: string): Promise<void> {
  await rm(path.join(folder, LEGS_FOLDER), { recursive: true, force: true });
  await rm(path.join(folder, STARTED_FILE), { force: true });
}

/** Removes working files of finished runs that were killed before they could do it themselves. */
export async function removeAllWorkingFiles(runs: string): Promise<void> {
  for (const entry of await readdir(runs, { withFileTypes: true })) {
    // A link may lead to a run that belongs elsewhere.
    if (!entry.isDirectory()) continue;
    const folder = path.join(runs, entry.name);
    const isRun = await access(path.join(folder, RUN_FILE)).then(
      () => true,
      () => false,
    );
    if (!isRun) continue;
    try {
      if (await ownerOf(folder)) continue;
      await removeWorkingFiles(folder);
      await removeLocks(folder);
    } catch {
      // Leftover files do no harm.
    }
  }
}
