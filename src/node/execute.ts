import { availableParallelism } from 'node:os';
import type { EngineName } from '../core/engine/engine';
import type { ExperimentEvent } from '../core/experiment/events';
import { runExperiment, type RunOptions } from '../core/experiment/runExperiment';
import type { Specification } from '../core/experiment/specification';
import { requireSeed } from '../core/random/streams';
import { invalid } from '../core/errors';
import { dataSourceOf } from './dataSources';
import { createEngine, type EngineChoice } from './engines';
import type { Experiment } from './experiment';
import { nodePace } from './pace';
import { WorkerPool } from './pool/workerPool';
import { findUnfinishedRun } from './runStore/listRuns';
import { resumeRun, startRun } from './runStore/openRun';
import type { RunWriter } from './runStore/runWriter';

/** How to run an experiment. */
export interface ExecuteOptions {
  /** Instead of those of the specification. */
  readonly seeds?: readonly number[];
  readonly engine: EngineChoice;
  /** Threads that train side by side; one for each core unless given. */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  /** Starts a new run even where an unfinished one could be resumed. */
  readonly fresh?: boolean;
  /** Insists on resuming: an error where nothing is left unfinished. */
  readonly resume?: boolean;
  /** Called once it is known where the run is kept. */
  readonly onRunFolder?: (folder: string, resumed: boolean) => void;
  /** Called with what a user should know of the choices that were made. */
  readonly onNote?: (text: string) => void;
}

/**
 * Runs an experiment and keeps it in the run store. An unfinished run of the same specification, seeds
 * and engine is taken up where it stopped. Every event is recorded before it is passed on.
 * @throws Stopped when the signal is set: the run can be resumed
 * @throws LabError when data, specification or storage do not allow the run
 */
export async function* executeRun(
  experiment: Experiment,
  options: ExecuteOptions,
): AsyncGenerator<ExperimentEvent, void> {
  const specification = withSeeds(experiment.specification, options.seeds);
  const { engine, note } = await createEngine(options.engine);
  if (note) options.onNote?.(note);
  try {
    const writer = await openRun(experiment, specification, engine, options);
    const pools: WorkerPool[] = [];
    try {
      const events = runExperiment(specification, {
        engine,
        data: dataSourceOf(experiment, engine),
        pace: nodePace(options.signal),
        finished: writer.finished,
        executor: poolOf(engine.name, options.workers ?? availableParallelism(), pools),
      });
      for await (const event of events) {
        await writer.record(event);
        yield event;
      }
    } finally {
      await Promise.all(pools.map((pool) => pool.dispose()));
      await writer.close();
    }
  } finally {
    engine.dispose();
  }
}

/** Threads for engines that train one network after another; the others spread their work themselves. */
function poolOf(engine: EngineName, workers: number, pools: WorkerPool[]): RunOptions['executor'] {
  if (engine === 'tensorflow' || workers === 1) return undefined;
  return (context) => {
    const pool = new WorkerPool(context, engine, workers);
    pools.push(pool);
    return pool;
  };
}

async function openRun(
  experiment: Experiment,
  specification: Specification,
  engine: { readonly name: string; readonly description: string },
  { fresh, resume, onRunFolder }: ExecuteOptions,
): Promise<RunWriter> {
  const unfinished = fresh
    ? undefined
    : await findUnfinishedRun(experiment, specification, engine.name);
  if (resume && !unfinished) {
    throw invalid('there is no unfinished run of this specification, seeds and engine to resume', {
      file: experiment.folder,
    });
  }
  const writer = unfinished
    ? await resumeRun(unfinished)
    : await startRun(experiment, specification, engine);
  onRunFolder?.(writer.folder, unfinished !== undefined);
  return writer;
}

function withSeeds(specification: Specification, seeds?: readonly number[]): Specification {
  if (!seeds) return specification;
  seeds.forEach(requireSeed);
  return { ...specification, seeds: [...seeds] };
}
