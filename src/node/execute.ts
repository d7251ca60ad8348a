import type { ExperimentEvent } from '../core/experiment/events';
import { runExperiment } from '../core/experiment/runExperiment';
import type { Specification } from '../core/experiment/specification';
import { requireSeed } from '../core/random/streams';
import { invalid } from '../core/errors';
import { dataSourceOf } from './dataSources';
import { openEngine, type EngineChoice } from './engines';
import type { Experiment } from './experiment';
import { fastestLocalEngine } from './localEngine';
import { nodePace } from './pace';
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
  const choice = options.engine === 'auto' ? 'simd' : options.engine;
  const engine = await openEngine(choice, options);
  // The data never depends on the choice of the engine.
  const local = fastestLocalEngine().engine;
  try {
    if (engine.note) options.onNote?.(engine.note);
    const writer = await openRun(experiment, specification, engine, options);
    try {
      const events = runExperiment(specification, {
        engine,
        data: dataSourceOf(experiment, local),
        pace: nodePace(options.signal),
        finished: writer.finished,
      });
      for await (const event of events) {
        await writer.record(event);
        yield event;
      }
    } finally {
      await writer.close();
    }
  } finally {
    local.dispose();
    await engine.dispose();
  }
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
