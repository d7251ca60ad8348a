import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../../core/errors';
import type { RunState } from '../../core/experiment/events';
import type { Specification } from '../../core/experiment/specification';
import { sizeFault } from './digest';
import { asStorageError, isErrorCode, onDisk, unlessMissing } from './disk';
import {
  type FinishedRun,
  NewerFormat,
  otherNullOf,
  readRunHeader,
  type RunEngine,
} from './header';
import { ownerOf } from './lock';
import type { Clock } from './lockFile';
import {
  ATTRIBUTIONS_FILE,
  LEGS_FOLDER,
  METRICS_FILE,
  RUN_FILE,
  RUNS_FOLDER,
  SPECIMENS_FILE,
  STARTED_FILE,
} from './paths';

interface RunPlace {
  /** Name of the folder. */
  readonly id: string;
  /** Absolute path. */
  readonly folder: string;
  /** ISO 8601; for damaged runs from the folder's name, or empty. */
  readonly startedAt: string;
}

/** A run in a list. */
export type RunSummary =
  | (RunPlace & {
      /** `unfinished`: stopped or killed, can be resumed; `running`: a live process writes it. */
      readonly state: RunState;
      readonly specification: Specification;
      readonly engine: RunEngine;
      /** Version of the lab that began it. */
      readonly version: string;
      /** The process that writes a running run, in words. */
      readonly owner?: string;
      /** Why an unfinished run cannot be resumed: its rows are compared with another null. */
      readonly otherNull?: string;
    })
  | (RunPlace & {
      readonly state: 'damaged';
      /** What is wrong, in words. */
      readonly reason: string;
      /** Whether it only comes from a newer version. */
      readonly isNewer: boolean;
    });

/** A run whose header can be read, such as one that was stopped or killed. */
export type UnfinishedRun = Extract<RunSummary, { engine: unknown }>;

/** Runs that are read concurrently: as many as Node has I/O threads. */
const MAX_CONCURRENT = 4;

/**
 * The runs of an experiment, newest first; damaged ones are listed as such.
 * @param experimentFolder its absolute path
 * @param clock measures how long processes elsewhere have been silent; `local` writes nothing to disk
 * @throws LabError (`storage`) when the folder of runs exists but cannot be read
 */
export async function listRuns(
  experimentFolder: string,
  clock: Clock = 'local',
): Promise<RunSummary[]> {
  const runs = path.join(experimentFolder, RUNS_FOLDER);
  const names = await unlessMissing(onDisk(runs, 'read the folder', () => readdir(runs)));
  const summaries: RunSummary[] = [];
  const left = (names ?? []).values();
  const summariseNext = async (): Promise<void> => {
    for (const name of left) {
      const summary = await summarise(path.join(runs, name), clock);
      if (summary) summaries.push(summary);
    }
  };
  await Promise.all(Array.from({ length: MAX_CONCURRENT }, summariseNext));
  return summaries.sort(newestFirst);
}

/** A folder without any of these entries is not a run. */
const TRACES: ReadonlySet<string> = new Set([
  RUN_FILE,
  STARTED_FILE,
  METRICS_FILE,
  ATTRIBUTIONS_FILE,
  SPECIMENS_FILE,
  LEGS_FOLDER,
]);

/** Entries of a folder; undefined if it is not a folder. */
async function entriesOf(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isErrorCode(error, 'ENOENT') || isErrorCode(error, 'ENOTDIR')) return undefined;
    throw asStorageError(error, folder, 'read the folder');
  }
}

async function summarise(folder: string, clock: Clock): Promise<RunSummary | undefined> {
  const id = path.basename(folder);
  const damaged = (reason: string, isNewer = false): RunSummary => {
    return { id, folder, startedAt: timeOfId(id), state: 'damaged', reason, isNewer };
  };
  try {
    // One read is enough for most folders that hold no run.
    const entries = await entriesOf(folder);
    if (!entries?.some((name) => TRACES.has(name))) return undefined;
    const header = await readRunHeader(folder);
    // Without results this is not a run, or one that is just being started.
    if (!header) {
      return (await hasResults(folder))
        ? damaged(`${STARTED_FILE} and ${RUN_FILE} are missing`)
        : undefined;
    }
    const { startedAt, specification, engine, versions } = header.run;
    const known = { id, folder, startedAt, specification, engine, version: versions.lab };
    if (header.state === 'finished') {
      const fault = await rowFault(folder, header.run);
      return fault === undefined
        ? { ...known, state: 'finished' }
        : damaged(`${METRICS_FILE} ${fault}`);
    }
    const owner = await ownerOf(folder, clock);
    const otherNull = await otherNullOf(folder, header.run);
    return owner === undefined
      ? { ...known, state: 'unfinished', otherNull }
      : { ...known, state: 'running', owner, otherNull };
  } catch (error) {
    if (error instanceof LabError) return damaged(error.message, error instanceof NewerFormat);
    return damaged(error instanceof Error ? error.message : String(error));
  }
}

/** Describes a fault of a finished run's metrics file, without reading it. */
async function rowFault(folder: string, { files }: FinishedRun): Promise<string | undefined> {
  const found = await unlessMissing(stat(path.join(folder, METRICS_FILE)));
  if (!found) return 'is missing';
  const saved = files?.[METRICS_FILE];
  return saved && sizeFault(found.size, saved);
}

async function hasResults(folder: string): Promise<boolean> {
  for (const name of [METRICS_FILE, ATTRIBUTIONS_FILE, SPECIMENS_FILE]) {
    if (await unlessMissing(stat(path.join(folder, name)))) return true;
  }
  const legs = await unlessMissing(readdir(path.join(folder, LEGS_FOLDER)));
  return legs !== undefined && legs.length > 0;
}

/** Order of runs, newest first. */
function newestFirst(a: RunTime, b: RunTime): number {
  return compare(b.startedAt, a.startedAt) || numbered.compare(b.id, a.id);
}

interface RunTime {
  readonly id: string;
  /** ISO 8601 */
  readonly startedAt: string;
}

const numbered = new Intl.Collator('en', { numeric: true });

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** ISO time in a run's name; empty for other names. */
function timeOfId(id: string): string {
  const parts = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)(-\d+)?$/.exec(id);
  if (!parts) return '';
  const [, year, month, day, hours, minutes, seconds] = parts;
  return `${year}-${month}-${day}T${hours}:${minutes}:${seconds}.000Z`;
}
