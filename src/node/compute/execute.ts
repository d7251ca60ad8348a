import type { ExperimentEvent } from '../../core/experiment/events';
import { runExperiment } from '../../core/experiment/runExperiment';
import type { Specification } from '../../core/experiment/specification';
import { requireSeed } from '../../core/random/streams';
import { invalid, LabError, show } from '../../core/errors';
import { requireNamedFiles } from '../code/problems';
import { openAutoEngine } from './crossover/autoEngine';
import { dataSourceOf } from './data/dataSources';
import { ENGINE_NAMES, openEngine, type EngineChoice, type OpenEngine } from './engines';
import type { Experiment } from '../experiments/openExperiment';
import { fastestLocalEngine } from './localEngine';
import { installedTensorflow } from './tensorflow/native';
import { nodePace } from '../files/eventLoop';
import { requireMemory, requireResources } from '../experiments/resources';
import type { UnfinishedRun } from '../runStore/listRuns';
import { resumeRun, startRun, unfinishedRun } from '../runStore/openRun';
import { findResumableRun, skipReasons } from '../runStore/resumableRun';
import { EventFiles } from '../tensorboard/eventFiles';

export interface ExecuteOptions {
  /** Instead of those of the specification. */
  readonly seeds?: readonly number[];
  readonly engine: EngineChoice;
  /** Training threads; one per core unless given. */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  /** Starts a new run even if an unfinished one could be resumed. */
  readonly fresh?: boolean;
  /** Fails if there is no unfinished run to resume. */
  readonly resume?: boolean;
  /**
   * Resumes this unfinished run, the absolute path of its folder, with its own specification, seeds and
   * engine, whatever the experiment and the other options say.
   */
  readonly run?: string;
  /** Overrides the specification. */
  readonly keep?: Specification['keep'];
  /** Writes TensorBoard event files for the legs that are run now. */
  readonly tensorboard?: boolean;
  /** Called once the run's folder is known. */
  readonly onRunFolder?: (folder: string, resumed: boolean) => void;
  /** Called with notes for the user on choices that were made. */
  readonly onNote?: (text: string) => void;
}

/**
 * Runs an experiment and records it in the run store. Resumes an unfinished run of the same specification,
 * seeds and engine (with `auto`, of any engine). Every event is recorded before it is yielded.
 * @throws Stopped when the signal is set: the run can be resumed
 * @throws LabError when data, specification or storage do not allow the run; (`unsupported`) before it
 * starts, when memory or disk is too small
 */
export async function* executeRun(
  experiment: Experiment,
  options: ExecuteOptions,
): AsyncGenerator<ExperimentEvent, void> {
  const wanted = specificationOf(experiment, options);
  const unfinished = await findUnfinished(experiment, wanted, options);
  // A resumed run keeps its own `keep`: half of its matrices would be of no use.
  const specification = unfinished?.specification ?? wanted;
  // Checked first, so that no run is started that must fail.
  await requireNamedFiles({ ...experiment, specification });
  const { file } = experiment;
  const place = { file, workers: options.workers, engine: options.engine };
  // A resumed run has written some of its files already.
  await requireResources(specification, {
    ...place,
    folder: unfinished ? undefined : experiment.folder,
  });
  const engine = await openChosen(specification, unfinished, options);
  // Data never depends on the chosen engine.
  const local = fastestLocalEngine().engine;
  try {
    if (engine.note) options.onNote?.(engine.note);
    const keepNote = noteOnKeep(specification, wanted);
    if (keepNote) options.onNote?.(keepNote);
    const writer = unfinished
      ? await resumeRun(unfinished.folder, options.onNote)
      : await startRun(experiment, specification, engine);
    const tensorboard = options.tensorboard ? new EventFiles(writer.folder) : undefined;
    try {
      options.onRunFolder?.(writer.folder, unfinished !== undefined);
      const events = runExperiment(specification, {
        engine,
        // Resuming an old run must not replace the data of a newer specification.
        data: dataSourceOf({ ...experiment, specification }, local, {
          readOnly: options.run !== undefined,
          threads: engine.idleThreads,
        }),
        pace: nodePace(options.signal),
        finished: writer.finished,
      });
      for await (const event of events) {
        // The size of imported data is known only from here on.
        if (event.type === 'data-ready') {
          requireMemory(specification, { ...place, shape: event.report });
        }
        // TensorBoard first, so that a finished leg has its whole curve.
        await tensorboard?.record(event);
        await writer.record(event, options.signal);
        yield event;
      }
    } catch (error) {
      throw isDeath(error) ? resumable(error) : error;
    } finally {
      await tensorboard?.close();
      await writer.close();
    }
  } finally {
    local.dispose();
    await engine.dispose();
  }
}

function isDeath(error: unknown): error is LabError {
  return error instanceof LabError && error.kind === 'worker';
}

/** Adds to the death of a worker that the run can be resumed. */
function resumable({ kind, reason, place, cause }: LabError): LabError {
  const remains = 'finished legs are saved, and the same command resumes the run';
  return new LabError(kind, `${reason}; ${remains}`, place, { cause });
}

/** A note if a resumed run keeps something else than requested now. */
function noteOnKeep({ keep }: Specification, wanted: Specification): string | undefined {
  const other = (['attributions', 'specimens'] as const).find(
    (part) => keep[part] !== wanted.keep[part],
  );
  if (other === undefined) return undefined;
  return `the run continues with keep.${other} "${keep[other]}", with which it was started, not "${wanted.keep[other]}"; a fresh run would use that`;
}

/** What a run was started with. */
type BegunRun = Pick<UnfinishedRun, 'folder' | 'specification' | 'engine'>;

/** Finds the run to resume, and notes why others are not; `auto` resumes a run of any engine. */
async function findUnfinished(
  experiment: Experiment,
  specification: Specification,
  { engine, fresh, resume, run, onNote }: ExecuteOptions,
): Promise<BegunRun | undefined> {
  if (run !== undefined) return { folder: run, ...(await unfinishedRun(run)) };
  if (fresh) return undefined;
  const name = engine === 'auto' ? undefined : engine;
  const choice = await findResumableRun(experiment, { specification, engine: name });
  const reasons = skipReasons(choice);
  if (resume && !choice.run) {
    const none = 'there is no unfinished run of this specification, seeds and engine to resume';
    const others = reasons.map((reason) => `. Not resumed: ${reason}`).join('');
    throw invalid(none + others, { file: experiment.folder });
  }
  for (const reason of reasons) onNote?.(`not resumed: ${reason}`);
  return choice.run;
}

/** Opens the engine. Engines differ in the last bits, so a run is resumed with its own engine. */
async function openChosen(
  specification: Specification,
  unfinished: BegunRun | undefined,
  options: ExecuteOptions,
): Promise<OpenEngine> {
  const choice = options.run === undefined ? options.engine : 'auto';
  if (choice !== 'auto') return openEngine(choice, options);
  if (!unfinished) return openAutoEngine(specification, options);
  const begun = ENGINE_NAMES.find((name) => name === unfinished.engine.name);
  if (!begun) {
    throw invalid(`the run was started with an unknown engine ${show(unfinished.engine.name)}`, {
      file: unfinished.folder,
    });
  }
  const engine = await openEngine(begun, options);
  // If only one engine can be chosen, there is nothing to report.
  if (begun === 'simd' && installedTensorflow() === undefined) return engine;
  const note = `auto: ${begun}, with which the run was started`;
  return { ...engine, note: engine.note ? `${note}; ${engine.note}` : note };
}

function specificationOf(
  { specification }: Experiment,
  { seeds = specification.seeds, keep = specification.keep }: ExecuteOptions,
): Specification {
  seeds.forEach(requireSeed);
  return { ...specification, seeds: [...seeds], keep };
}
