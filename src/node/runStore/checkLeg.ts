import path from 'node:path';
import { LabError } from '../../core/errors';
import { type Leg, legEpochs } from '../../core/experiment/plan';
import type { Specification } from '../../core/experiment/specification';
import { differenceOf, type Digest, digestOfFile } from './digest';
import { isErrorCode } from './disk';
import { digestOfRows, type LegDigest, type LegFile, openLegFile } from './legFile';
import { isComplete, type RowPlace } from './metricsFile';
import { legFile, METRICS_FILE } from './paths';

/** What a run's folder has of a leg's rows. */
export interface LegRows {
  /** The whole file of metrics. */
  readonly bytes: Uint8Array;
  /** All that claim to be the leg's. */
  readonly places: readonly RowPlace[];
}

/** A finished leg that is as it was saved, or what is wrong with it in words. */
export type CheckedLeg =
  { readonly file: LegFile; readonly places: readonly RowPlace[] } | { readonly damage: string };

/**
 * Compares a finished leg with what was saved of it.
 * @param digest undefined for one that an earlier version finished: then only what can be seen is checked
 * @throws LabError (`storage`) when a file is there but cannot be read
 */
export async function checkLeg(
  folder: string,
  specification: Specification,
  leg: Leg,
  rows: LegRows,
  digest: LegDigest | undefined,
): Promise<CheckedLeg> {
  const places = digest
    ? savedRows(specification, leg, rows, digest.rows)
    : isComplete(specification, leg, rows.places) &&
      [...rows.places].sort((a, b) => a.epoch - b.epoch);
  if (!places) return { damage: rowDamage(specification, leg, rows) };
  try {
    const damage = digest && (await fileDamage(folder, leg, digest.tensors));
    return damage === undefined ? { file: await openLegFile(folder, leg), places } : { damage };
  } catch (error) {
    const isMissing = isErrorCode(error, 'ENOENT');
    if (isMissing) return { damage: `${inRun(folder, leg)} is missing` };
    if (error instanceof LabError && error.kind === 'invalid-input') {
      return { damage: `${inRun(folder, leg)} ${error.reason}` };
    }
    throw error;
  }
}

function inRun(folder: string, leg: Leg): string {
  return path.relative(folder, legFile(folder, leg));
}

async function fileDamage(folder: string, leg: Leg, saved: Digest): Promise<string | undefined> {
  const difference = differenceOf(await digestOfFile(legFile(folder, leg)), saved);
  if (difference === undefined) return undefined;
  // Where it says itself what is wrong, that tells more than its digest: that it is another leg's, say.
  await openLegFile(folder, leg);
  return `${inRun(folder, leg)} ${difference}`;
}

function rowDamage(specification: Specification, leg: Leg, { places }: LegRows): string {
  const wanted = legEpochs(specification, leg) + 1;
  const found = new Set(places.map(({ epoch }) => epoch).filter((epoch) => epoch < wanted)).size;
  if (found < wanted) return `${METRICS_FILE} has ${found} of its ${wanted} rows`;
  return `its rows in ${METRICS_FILE} are not those that were saved`;
}

/** So many ways to choose among rows of the same epochs are tried. */
const MOST_CHOICES = 64;

/**
 * The rows that were saved, by epoch. A damaged row of another leg may claim to be one of them: then the
 * digest tells which they are.
 */
function savedRows(
  specification: Specification,
  leg: Leg,
  { bytes, places }: LegRows,
  saved: Digest,
): readonly RowPlace[] | undefined {
  const epochs = Array.from({ length: legEpochs(specification, leg) + 1 }, (): RowPlace[] => []);
  for (const place of places) (epochs as (RowPlace[] | undefined)[])[place.epoch]?.push(place);
  const choices = epochs.reduce((product, { length }) => product * length, 1);
  for (let choice = 0; choice < Math.min(choices, MOST_CHOICES); choice++) {
    let rest = choice;
    const chosen = epochs.map((same) => {
      const place = same[rest % same.length];
      rest = Math.floor(rest / same.length);
      return place;
    });
    if (digestOfRows(bytes, chosen).sha256 === saved.sha256) return chosen;
  }
  return undefined;
}

/** A leg that is not as it was saved, in words. */
export function repeatedLeg(leg: string, damage: string): string {
  return `${leg} is repeated: ${damage}`;
}
