import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../../core/errors';
import type { Specification } from '../../core/experiment/specification';
import type { Experiment } from '../experiment';
import { onDisk, unlessMissing } from './disk';
import { isSameSpecification, readRunHeader, type RunEngine } from './header';
import { newestFirst, timeOfId } from './ids';
import { ownerOf } from './lock';
import { otherNullOf } from './nullOfRun';
import { LAB_VERSION } from './version';
import { ATTRIBUTIONS_FILE, METRICS_FILE, RUNS_FOLDER, SPECIMENS_FILE } from './paths';

interface RunPlace {
  /** Name of the folder. */
  readonly id: string;
  /** Absolute path. */
  readonly folder: string;
  /** ISO 8601; of a damaged run as its name tells, or empty. */
  readonly startedAt: string;
}

/** A run in a list. */
export type RunSummary =
  | (RunPlace & {
      /** `unfinished`: stopped or killed, can be resumed; `running`: a living process writes it. */
      readonly state: 'finished' | 'unfinished' | 'running';
      readonly specification: Specification;
      readonly engine: RunEngine;
      /** Version of the lab that began it. */
      readonly version: string;
      /** Who writes it, in words, while it is `running`. */
      readonly owner?: string;
      /** Why it cannot be taken up, though it is not finished: its rows are held against another null. */
      readonly otherNull?: string;
    })
  | (RunPlace & {
      readonly state: 'damaged';
      /** What is wrong, in words. */
      readonly reason: string;
    });

/** A run that was stopped or killed. */
export type UnfinishedRun = Extract<RunSummary, { engine: unknown }>;

/**
 * The runs of an experiment, newest first; damaged ones are listed as such.
 * @param experimentFolder its absolute path
 * @throws LabError (`storage`) when the folder of runs is there but cannot be read
 */
export async function listRuns(experimentFolder: string): Promise<RunSummary[]> {
  const runs = path.join(experimentFolder, RUNS_FOLDER);
  const names = await unlessMissing(onDisk(runs, 'read the folder', () => readdir(runs)));
  const summaries: RunSummary[] = [];
  for (const name of names ?? []) {
    const summary = await summarise(path.join(runs, name));
    if (summary) summaries.push(summary);
  }
  return summaries.sort(newestFirst);
}

async function summarise(folder: string): Promise<RunSummary | undefined> {
  const id = path.basename(folder);
  const damaged = (reason: string): RunSummary => {
    return { id, folder, startedAt: timeOfId(id), state: 'damaged', reason };
  };
  try {
    if (!(await unlessMissing(stat(folder)))?.isDirectory()) return undefined;
    const header = await readRunHeader(folder);
    // Without results it is no run, or one that begins this very moment.
    if (!header) return (await hasResults(folder)) ? damaged('run.json is missing') : undefined;
    const { startedAt, specification, engine, versions } = header.run;
    if (header.state === 'finished' && !(await exists(path.join(folder, METRICS_FILE)))) {
      return damaged(`${METRICS_FILE} is missing`);
    }
    const isUnfinished = header.state === 'unfinished';
    const owner = isUnfinished ? await ownerOf(folder) : undefined;
    const otherNull = isUnfinished ? await otherNullOf(folder, header.run) : undefined;
    const state = owner === undefined ? header.state : 'running';
    const version = versions.lab;
    return { id, folder, startedAt, state, specification, engine, version, owner, otherNull };
  } catch (error) {
    if (error instanceof LabError) return damaged(error.message);
    return damaged(error instanceof Error ? error.message : String(error));
  }
}

async function hasResults(folder: string): Promise<boolean> {
  for (const name of [METRICS_FILE, ATTRIBUTIONS_FILE, SPECIMENS_FILE]) {
    if (await exists(path.join(folder, name))) return true;
  }
  return false;
}

async function exists(file: string): Promise<boolean> {
  return (await unlessMissing(stat(file))) !== undefined;
}

/**
 * The newest unfinished run that a new run of the same specification would repeat: same version of
 * the lab and the same null, and no living process writes it.
 * @param engineName the engine that it must have been begun with; any where it is left out
 * @param passedOver called with one that is not taken up only for its null, and why
 * @throws LabError as {@link listRuns} does
 */
export async function findUnfinishedRun(
  experiment: Experiment,
  specification: Specification,
  engineName?: string,
  passedOver?: (run: UnfinishedRun, reason: string) => void,
): Promise<UnfinishedRun | undefined> {
  const runs = await listRuns(experiment.folder);
  const candidates = runs.filter(
    (run): run is UnfinishedRun =>
      run.state === 'unfinished' &&
      (engineName === undefined || run.engine.name === engineName) &&
      run.version === LAB_VERSION &&
      isSameSpecification(withNullOf(run, specification), specification),
  );
  for (const run of candidates) {
    if (run.otherNull === undefined) return run;
    passedOver?.(run, run.otherNull);
  }
  return undefined;
}

/** The specification of a run; how many readouts an old null was drawn from makes it no other run. */
function withNullOf(
  { specification, otherNull }: UnfinishedRun,
  wanted: Specification,
): Specification {
  if (otherNull === undefined) return specification;
  const { nullNeurons } = wanted.measures;
  return { ...specification, measures: { ...specification.measures, nullNeurons } };
}
