import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../../core/errors';
import { type Leg, legName, planRun } from '../../core/experiment/plan';
import type { Specification } from '../../core/experiment/specification';
import { makeWritableFolder } from '../files/folders';
import { isLeftover, isTemporary } from '../files/newFile';
import { checkLeg, type LegRows, repeatedLeg } from './checkLeg';
import { digestOfFile } from './digest';
import { onDisk, unlessMissing } from './disk';
import {
  digestOfRows,
  type LegDigest,
  type LegFile,
  readLegDigest,
  writeLegDigest,
} from './legFile';
import {
  addPlace,
  keepRows,
  readMetrics,
  type RowPlace,
  type RowPlaces,
  rowsByLeg,
} from './metricsFile';
import { digestFile, legFile, LEGS_FOLDER, METRICS_FILE, PARTIAL, TEMPORARY } from './paths';
import type { FinishedLegs } from '../../core/experiment/runExperiment';
import type { Specimen } from '../../core/network/specimen';
import { specimenFrom, type SpecimenInfo, specimenNames } from './checkpointTensors';
import { readTensorsSync, type StoredTensor } from './tensorFile';

/** An intact finished leg. */
interface WholeLeg {
  readonly leg: Leg;
  readonly file: LegFile;
  /** Byte ranges of its rows, by epoch. */
  readonly places: readonly RowPlace[];
  /** Undefined for legs of earlier versions. */
  readonly digest?: LegDigest;
}

/** Which legs of an unfinished run are intact. */
export interface Inspection {
  readonly metrics: Uint8Array | undefined;
  readonly whole: readonly WholeLeg[];
  /** Damaged legs, with a description of the damage. */
  readonly damages: readonly { readonly leg: string; readonly damage: string }[];
  /** Further notes for the user. */
  readonly remarks: readonly string[];
}

/**
 * Compares the legs of an unfinished run with their digests; changes nothing.
 * @param hasDigests whether the run was started by a version that stores digests
 * @throws LabError (`storage`)
 */
export async function inspect(
  folder: string,
  specification: Specification,
  hasDigests: boolean,
): Promise<Inspection> {
  const metrics = path.join(folder, METRICS_FILE);
  const bytes = await readMetrics(metrics);
  const rows = bytes ? await rowsByLeg(metrics, 'skip') : new Map<string, RowPlace[]>();
  const whole: WholeLeg[] = [];
  const damages: { leg: string; damage: string }[] = [];
  const remarks: string[] = [];
  const there = new Set(await unlessMissing(readdir(path.join(folder, LEGS_FOLDER))));
  const isThere = (file: string): boolean => there.has(path.basename(file));
  for (const leg of planRun(specification)) {
    const name = legName(leg);
    const [digestPath, tensorPath] = [digestFile(folder, leg), legFile(folder, leg)];
    // A leg with neither file was never finished.
    if (!isThere(digestPath) && !isThere(tensorPath)) continue;
    if (!isThere(digestPath) && hasDigests) {
      const missing = path.relative(folder, digestPath);
      remarks.push(repeatedLeg(name, `it was not saved to its end, ${missing} is missing`));
      continue;
    }
    const places = rows.get(name) ?? [];
    const checked = await inspectLeg(folder, specification, leg, { bytes: bytes ?? NONE, places });
    if ('damage' in checked) {
      damages.push({ leg: name, damage: checked.damage });
      continue;
    }
    whole.push({ leg, ...checked });
    const more = places.length - checked.places.length;
    if (more > 0) remarks.push(tooManyRows(name, more));
  }
  const unknown = whole.filter(({ digest }) => digest === undefined).length;
  if (unknown > 0) remarks.push(withoutDigests(unknown));
  return { metrics: bytes, whole, damages, remarks };
}

const NONE = new Uint8Array();

function tooManyRows(leg: string, more: number): string {
  const dropped = more === 1 ? '1 is dropped' : `${more} are dropped`;
  return `${METRICS_FILE} has rows of ${leg} that were not saved; ${dropped}`;
}

function withoutDigests(legs: number): string {
  const which = legs === 1 ? '1 leg was' : `${legs} legs were`;
  return `${which} finished by a version that kept no digests: taken as found, every file whole and every row there`;
}

async function inspectLeg(
  folder: string,
  specification: Specification,
  leg: Leg,
  rows: LegRows,
): Promise<Omit<WholeLeg, 'leg'> | { readonly damage: string }> {
  let digest: LegDigest | undefined;
  try {
    digest = await readLegDigest(folder, leg);
  } catch (error) {
    if (!(error instanceof LabError) || error.kind !== 'invalid-input') throw error;
    return { damage: `${error.place.file} ${error.reason}` };
  }
  return { ...(await checkLeg(folder, specification, leg, rows, digest)), digest };
}

/** The intact part of a run. */
export interface RepairedRun {
  readonly finished: FinishedLegFiles;
  /** Byte ranges of the finished legs' rows. */
  readonly rows: RowPlaces;
  /** Digests of the finished legs, by name. */
  readonly digests: Map<string, LegDigest>;
}

/**
 * Removes everything but the intact legs from an unfinished run. Can be repeated after a kill at any moment.
 * @throws LabError (`storage`)
 */
export async function repair(
  folder: string,
  specification: Specification,
  { metrics, whole }: Inspection,
): Promise<RepairedRun> {
  const legs = path.join(folder, LEGS_FOLDER);
  await makeWritableFolder(legs);
  await removeUnfinishedFiles(folder);
  await removeUnfinishedFiles(legs);
  const finished = new FinishedLegFiles();
  const digests = new Map<string, LegDigest>();
  const kept: (RowPlace & { readonly leg: string })[] = [];
  for (const { leg, file, places, digest } of whole) {
    const name = legName(leg);
    finished.add(leg, file);
    kept.push(...places.map((place) => ({ ...place, leg: name })));
    digests.set(name, digest ?? (await adopt(folder, leg, metrics ?? NONE, places)));
  }
  for (const leg of planRun(specification)) {
    if (digests.has(legName(leg))) continue;
    for (const file of [legFile(folder, leg), digestFile(folder, leg)]) {
      await onDisk(file, 'remove the file', () => rm(file, { force: true }));
    }
  }
  if (metrics) {
    // In the order of measurement.
    kept.sort((a, b) => a.start - b.start);
    await keepRows(path.join(folder, METRICS_FILE), metrics, kept);
  }
  return { finished, rows: consecutivePlaces(kept), digests };
}

/** Writes the missing digest of a leg that an earlier version finished. */
async function adopt(
  folder: string,
  leg: Leg,
  metrics: Uint8Array,
  places: readonly RowPlace[],
): Promise<LegDigest> {
  const tensors = await digestOfFile(legFile(folder, leg));
  const digest = { leg: legName(leg), tensors, rows: digestOfRows(metrics, places) };
  await writeLegDigest(folder, leg, digest);
  return digest;
}

/** Byte ranges of lines that are written one after the other. */
function consecutivePlaces(lines: readonly (RowPlace & { readonly leg: string })[]): RowPlaces {
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
      // Other processes may write here too, e.g. an export.
      const isOurs = name.endsWith(TEMPORARY) || name.endsWith(PARTIAL);
      if (isOurs && (!isTemporary(name) || (await isLeftover(file)))) await rm(file);
    }
  });
}

interface StartingPoints {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly last: SpecimenInfo;
  readonly rewinds: readonly SpecimenInfo[];
}

/** The finished legs of a resumed run; specimens are read on request. */
export class FinishedLegFiles implements FinishedLegs {
  private readonly legs = new Map<string, StartingPoints>();

  get count(): number {
    return this.legs.size;
  }

  add(leg: Leg, { path, tensors, last, rewinds }: LegFile): void {
    const own = new Set([last, ...rewinds].flatMap(specimenNames));
    // Keeps only the entries that are needed later, since headers may be long.
    const kept = new Map([...tensors].filter(([name]) => own.has(name)));
    this.legs.set(legName(leg), { path, tensors: kept, last, rewinds });
  }

  /** @throws LabError when the file cannot be read any more */
  specimenOf(leg: Leg, epoch?: number): Specimen | undefined {
    const found = this.legs.get(legName(leg));
    const info =
      epoch === undefined ? found?.last : found?.rewinds.find((rewind) => rewind.epoch === epoch);
    if (!found || !info) return undefined;
    return specimenFrom(info, [...readTensorsSync(found, specimenNames(info)).values()]);
  }
}
