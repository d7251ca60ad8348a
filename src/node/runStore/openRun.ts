import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { invalid } from '../../core/errors';
import type { Specification } from '../../core/experiment/specification';
import type { Experiment } from '../experiments/openExperiment';
import { makeFolder, requireWithin } from '../files/folders';
import { isErrorCode, onDisk, syncFolder, unlessMissing } from './disk';
import { repeatedLeg } from './checkLeg';
import { FinishedLegFiles, inspect, repair, type RepairedRun } from './repair';
import {
  FORMAT,
  otherNullOf,
  readRunHeader,
  type RunEngine,
  type StartedRun,
  thisProcess,
  warned,
  writeStarted,
} from './header';
import { RunLock } from './lock';
import { checkKept } from './merge';
import { LEGS_FOLDER, METRICS_FILE, RUNS_FOLDER, STARTED_FILE } from './paths';
import { removeAllWorkingFiles } from './finish';
import { RunWriter } from './runWriter';
import { LAB_VERSION } from './version';

/**
 * Starts a run of an experiment in a new folder.
 * @param specification may differ from the experiment's file
 * @throws LabError (`storage`) when the folder cannot be made; `unsupported` when it would keep more
 * checkpoints than a file can hold
 */
export async function startRun(
  experiment: Experiment,
  specification: Specification,
  { name, description }: RunEngine,
): Promise<RunWriter> {
  checkKept(specification);
  const now = new Date();
  const runs = path.join(experiment.folder, RUNS_FOLDER);
  try {
    await makeFolder(runs);
  } catch (error) {
    if (!isErrorCode(error, 'EEXIST')) throw error;
  }
  await requireWithin(experiment.folder, runs);
  await onDisk(runs, 'read the folder', () => removeAllWorkingFiles(runs));
  const folder = await makeRunFolder(runs, now);
  const started: StartedRun = {
    format: FORMAT,
    specification,
    engine: { name, description },
    versions: { lab: LAB_VERSION, node: process.versions.node },
    seeds: specification.seeds,
    startedAt: now.toISOString(),
    resumed: 0,
    warnings: [],
    process: thisProcess(now),
    secondsBefore: 0,
    digests: 'sha256',
  };
  try {
    return await RunLock.during(folder, async (lock) => {
      const legs = path.join(folder, LEGS_FOLDER);
      await makeFolder(legs);
      await writeStarted(folder, started);
      await onDisk(runs, 'make the folder', async () => {
        await syncFolder(runs);
        await syncFolder(experiment.folder);
      });
      return new RunWriter(folder, started, lock, emptyRun());
    });
  } catch (error) {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
}

function emptyRun(): RepairedRun {
  return { finished: new FinishedLegFiles(), rows: new Map(), digests: new Map() };
}

/**
 * Resumes an unfinished run. Temporary files, a torn last row and everything of unfinished or damaged legs
 * are removed.
 * @param onNote called with notes for the user on the state of the run
 * @throws LabError when the run is finished, is not a run, is written by a live process or was measured
 * against another null, or the file system refuses
 */
export async function resumeRun(
  folder: string,
  onNote?: (text: string) => void,
): Promise<RunWriter> {
  const absolute = path.resolve(folder);
  await requireWithin(path.resolve(absolute, '..', '..'), path.join(absolute, LEGS_FOLDER));
  return RunLock.during(absolute, async (lock) => {
    const before = await unfinishedRun(absolute);
    const otherNull = await otherNullOf(absolute, before);
    if (otherNull) {
      throw invalid(`the run cannot be resumed: ${otherNull}`, { file: absolute });
    }
    const secondsBefore = before.secondsBefore + (await secondsAtWork(absolute, before));
    const { specification, digests } = before;
    const found = await inspect(absolute, specification, digests !== undefined);
    const damages = found.damages.map(({ leg, damage }) => ({
      leg,
      message: repeatedLeg(leg, damage),
    }));
    for (const { message } of damages) onNote?.(message);
    for (const remark of found.remarks) onNote?.(remark);
    const known = damages.reduce((run, { leg, message }) => warned(run, message, leg), before);
    // Recorded before anything is removed, since afterwards the damage cannot be found again.
    if (known !== before) await writeStarted(absolute, known);
    const left = await repair(absolute, specification, found);
    const { lab } = before.versions;
    const started: StartedRun = {
      ...(lab === LAB_VERSION
        ? known
        : warned(known, `resumed with version ${LAB_VERSION}; started with ${lab}`)),
      resumed: before.resumed + 1,
      process: thisProcess(new Date()),
      secondsBefore,
      digests: 'sha256',
    };
    await writeStarted(absolute, started);
    return new RunWriter(absolute, started, lock, left);
  });
}

/**
 * The header of an unfinished run.
 * @param folder its absolute path
 * @throws LabError when the run is finished, or no run is there
 */
export async function unfinishedRun(folder: string): Promise<StartedRun> {
  const header = await readRunHeader(folder);
  if (header?.state === 'unfinished') return header.run;
  const reason = header
    ? 'the run is finished, there is nothing to resume'
    : `this is not a run: ${STARTED_FILE} is missing`;
  throw invalid(reason, { file: folder });
}

/** Seconds from the start of the last process to the last row that it wrote. */
async function secondsAtWork(folder: string, { process: last }: StartedRun): Promise<number> {
  const file = path.join(folder, METRICS_FILE);
  const metrics = await unlessMissing(onDisk(file, 'read the file', () => stat(file)));
  return metrics ? Math.max(0, (metrics.mtimeMs - Date.parse(last.since)) / 1000) : 0;
}

/** The name of a run: the UTC time of its start, `20261123-061603`. */
export function runId(time: Date): string {
  const [date, clock] = time.toISOString().split('T');
  return `${date.replaceAll('-', '')}-${clock.slice(0, 8).replaceAll(':', '')}`;
}

/**
 * Makes the folder of a new run; if another run started in the same second, the name ends in `-2`, `-3`, …
 * @throws LabError (`storage`)
 */
async function makeRunFolder(runs: string, time: Date): Promise<string> {
  const id = runId(time);
  for (let n = 1; ; n++) {
    const folder = path.join(runs, n === 1 ? id : `${id}-${n}`);
    try {
      await makeFolder(folder);
      return folder;
    } catch (error) {
      if (!isErrorCode(error, 'EEXIST')) throw error;
    }
  }
}
