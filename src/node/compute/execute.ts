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
  /**
   * Goes on with this unfinished run, the absolute path of its folder: with its own specification, seeds and
   * engine, whatever those of the experiment and the choices here are by now.
   */
  readonly run?: string;
  /** What to keep of the run, instead of what the specification says. */
  readonly keep?: Specification['keep'];
  /** Writes TensorBoard's event files into the run, of the legs that are run now. */
  readonly tensorboard?: boolean;
  /** Called once it is known where the run is kept. */
  readonly onRunFolder?: (folder: string, resumed: boolean) => void;
  /** Called with what a user should know of the choices that were made. */
  readonly onNote?: (text: string) => void;
}

/**
 * Runs an experiment and keeps it in the run store. An unfinished run of the same specification, seeds
 * and engine (with `auto`, of whichever it was begun with) is taken up where it stopped. Every event is
 * recorded before it is passed on.
 * @throws Stopped when the signal is set: the run can be resumed
 * @throws LabError when data, specification or storage do not allow the run; (`unsupported`) before
 * anything is made, when this machine cannot hold it
 */
export async function* executeRun(
  experiment: Experiment,
  options: ExecuteOptions,
): AsyncGenerator<ExperimentEvent, void> {
  const wanted = specificationOf(experiment, options);
  const unfinished = await findUnfinished(experiment, wanted, options);
  // A resumed run keeps what it was begun with: half of its matrices would be of no use.
  const specification = unfinished?.specification ?? wanted;
  // Checked before a run is begun that could not go on.
  await requireNamedFiles({ ...experiment, specification });
  const { file } = experiment;
  const place = { file, workers: options.workers, engine: options.engine };
  // A resumed run has written some of its files already.
  await requireResources(specification, {
    ...place,
    folder: unfinished ? undefined : experiment.folder,
  });
  const engine = await openChosen(specification, unfinished, options);
  // The data never depends on the choice of the engine.
  const local = fastestLocalEngine().engine;
  try {
    if (engine.note) options.onNote?.(engine.note);
    const keeping = otherwiseKept(specification, wanted);
    if (keeping) options.onNote?.(keeping);
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
        // The size of imported data is known only now.
        if (event.type === 'data-ready') {
          requireMemory(specification, { ...place, shape: event.report });
        }
        // Recorded first: a finished leg has its whole curve.
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

/** Says what is left of a run whose worker died. */
function resumable({ kind, reason, place, cause }: LabError): LabError {
  const remains = 'what was finished is kept, and the same command goes on from there';
  return new LabError(kind, `${reason}; ${remains}`, place, { cause });
}

/** A note where a resumed run keeps something else than is asked for now. */
function otherwiseKept({ keep }: Specification, wanted: Specification): string | undefined {
  const other = (['attributions', 'specimens'] as const).find(
    (part) => keep[part] !== wanted.keep[part],
  );
  if (other === undefined) return undefined;
  return `the run goes on with keep.${other} "${keep[other]}", which it was begun with, not "${wanted.keep[other]}"; a fresh run would keep that`;
}

/** What a run was begun with. */
type BegunRun = Pick<UnfinishedRun, 'folder' | 'specification' | 'engine'>;

/** The run to resume, after notes on those that are not resumed; `auto` resumes with any engine. */
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

/** Opens the engine. Engines differ in the last bits, so a run goes on with the one that it was begun with. */
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
    throw invalid(`the run was begun with an engine ${show(unfinished.engine.name)}`, {
      file: unfinished.folder,
    });
  }
  const engine = await openEngine(begun, options);
  // Where only one engine can be chosen, there is no choice to report.
  if (begun === 'simd' && installedTensorflow() === undefined) return engine;
  const note = `auto: ${begun}, which the run was begun with`;
  return { ...engine, note: engine.note ? `${note}; ${engine.note}` : note };
}

function specificationOf(
  { specification }: Experiment,
  { seeds = specification.seeds, keep = specification.keep }: ExecuteOptions,
): Specification {
  seeds.forEach(requireSeed);
  return { ...specification, seeds: [...seeds], keep };
}
