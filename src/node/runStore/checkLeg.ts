import { counted } from '../../core/counted';
import path from 'node:path';
import { LabError } from '../../core/errors';
import { type Leg, legEpochs } from '../../core/experiment/plan';
import type { Specification } from '../../core/experiment/specification';
import { differenceOf, type Digest, digestOfFile } from './digest';
import { isErrorCode } from './disk';
import { digestOfRows, type LegDigest, type LegFile, openLegFile } from './legFile';
import { isComplete, type RowPlace } from './metricsFile';
import { legFile, METRICS_FILE } from './paths';

/** A leg's rows in a run's folder. */
export interface LegRows {
  /** The whole metrics file. */
  readonly bytes: Uint8Array;
  /** All rows that name this leg. */
  readonly places: readonly RowPlace[];
}

/** An intact finished leg, or a description of its damage. */
export type CheckedLeg =
  { readonly file: LegFile; readonly places: readonly RowPlace[] } | { readonly damage: string };

/**
 * Compares a finished leg with its digest.
 * @param digest undefined for legs of earlier versions: then only completeness is checked
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
  // Opening it may give a better reason than the digest, e.g. that it holds another leg.
  await openLegFile(folder, leg);
  return `${inRun(folder, leg)} ${difference}`;
}

function rowDamage(specification: Specification, leg: Leg, { places }: LegRows): string {
  const wanted = legEpochs(specification, leg) + 1;
  const found = new Set(places.map(({ epoch }) => epoch).filter((epoch) => epoch < wanted)).size;
  if (found < wanted) return `${METRICS_FILE} has ${found} of its ${counted(wanted, 'row')}`;
  return `its rows in ${METRICS_FILE} are not those that were saved`;
}

/** Combinations that are tried where several rows have the same epoch. */
const MAX_CHOICES = 64;

/**
 * The saved rows, by epoch. A damaged row of another leg may look like one of them; the digest shows
 * which combination was saved.
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
  for (let choice = 0; choice < Math.min(choices, MAX_CHOICES); choice++) {
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

/** Says that a damaged leg is trained again. */
export function repeatedLeg(leg: string, damage: string): string {
  return `${leg} is repeated: ${damage}`;
}
