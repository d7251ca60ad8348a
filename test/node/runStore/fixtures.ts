import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExperimentEvent } from '../../../src/core/experiment/events';
import type { Specification } from '../../../src/core/experiment/specification';
import type { Experiment } from '../../../src/node/experiments/openExperiment';
import { resumeRun, startRun } from '../../../src/node/runStore/openRun';
import type { RunWriter } from '../../../src/node/runStore/runWriter';
import { ENGINE, syntheticRun, type Schedule } from './syntheticRun';

/** Where flushing costs nothing, if there is such a place. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const folders: string[] = [];

/** A folder that is gone after the tests of this file. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(PLACE, 'run-store-'));
  folders.push(folder);
  return folder;
}

/** To be called after all tests of a file. */
export async function removeTemporaryFolders(): Promise<void> {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

/** An experiment in a folder of its own. */
export async function experimentOf(
  specification: Specification,
  folder?: string,
): Promise<Experiment> {
  const own = folder ?? (await temporaryFolder());
  return { folder: own, file: path.join(own, 'experiment.json'), specification };
}

/** Hands events over until one is reached; says whether it was. */
export async function recordUntil(
  writer: RunWriter,
  events: Iterable<ExperimentEvent>,
  isReached: (event: ExperimentEvent) => boolean = () => false,
): Promise<boolean> {
  for (const event of events) {
    if (isReached(event)) return true;
    await writer.record(event);
  }
  return false;
}

/** A run that is finished without disturbance; its folder. */
export async function finishedRun(
  specification: Specification,
  schedule?: Schedule,
): Promise<string> {
  const writer = await startRun(await experimentOf(specification), specification, ENGINE);
  await recordUntil(writer, syntheticRun(specification, writer.finished, schedule));
  await writer.close();
  return writer.folder;
}

/** A run that was stopped before an event; its folder. */
export async function stoppedRun(
  specification: Specification,
  isReached: (event: ExperimentEvent) => boolean,
  schedule?: Schedule,
): Promise<string> {
  const writer = await startRun(await experimentOf(specification), specification, ENGINE);
  const events = syntheticRun(specification, writer.finished, schedule);
  if (!(await recordUntil(writer, events, isReached))) throw new Error('it was never reached');
  await writer.close();
  return writer.folder;
}

/** Resumes a run and records what is left of it. */
export async function resumeToEnd(
  folder: string,
  specification: Specification,
  schedule?: Schedule,
): Promise<void> {
  const writer = await resumeRun(folder);
  try {
    await recordUntil(writer, syntheticRun(specification, writer.finished, schedule));
  } finally {
    await writer.close();
  }
}

/** A copy of a run's folder, elsewhere. */
export async function copyOf(folder: string): Promise<string> {
  const copy = path.join(await temporaryFolder(), path.basename(folder));
  await cp(folder, copy, { recursive: true });
  return copy;
}

/** What of a run does not depend on when and how often it was interrupted: its files' hashes. */
export async function results(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const isResult = entry.isFile() && entry.name !== 'run.json';
    files[entry.name] = isResult ? await hashOf(path.join(folder, entry.name)) : '';
  }
  return files;
}

async function hashOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

/** As if the last process had been gone for a minute. */
export async function ageLocks(folder: string): Promise<void> {
  const minuteAgo = Date.now() / 1000 - 60;
  for (const name of await readdir(folder)) {
    if (name.startsWith('lock-')) await utimes(path.join(folder, name), minuteAgo, minuteAgo);
  }
}
