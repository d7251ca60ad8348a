import type { MatrixTask } from '../../../core/attribution/probedMatrix';
import type { StoredMatrix } from '../../../core/attribution/matrix';
import type { ToyData, ToyDataOptions, ToyDataProgress } from '../../../core/data/generate';
import type { ImportedData } from '../../../core/data/importedData';
import type { InversionSolution, InversionProblem } from '../../../core/data/inversion';
import type { EngineName, Engine } from '../../../core/engine/engine';
import type { ExperimentContext } from '../../../core/experiment/context';
import type { LegEvent, LegTask } from '../../../core/experiment/legs';
import type { MetricsRow } from '../../../core/experiment/metricsRow';
import type { Failure } from '../../../core/failure';
import type { Workload } from '../crossover/workload';
import type { FilePaths, ImportWork, ToyDataWork } from '../data/dataFiles';

/** To a worker: the setup first, a context before any run, and one run or job at a time. */
export type WorkerRequest =
  | {
      readonly type: 'setup';
      readonly engine: EngineName;
      /** One shared int; nonzero means stop. It can be read in the middle of a loop. */
      readonly stop?: Int32Array;
    }
  | { readonly type: 'context'; readonly context: ExperimentContext }
  | { readonly type: 'run'; readonly tasks: readonly LegTask[] }
  | JobRequest
  /** Sets or clears the stop flag if it is not shared. */
  | { readonly type: 'stop'; readonly stop: boolean };

/** The jobs of workers besides runs: input, progress and result of each. */
export interface Jobs {
  /** Milliseconds of one training step of one specimen. */
  readonly time: { readonly input: Workload; readonly progress: never; readonly result: number };
  /** Seeds of some samples; progress is the number done. */
  readonly invert: {
    readonly input: InversionProblem;
    readonly progress: number;
    readonly result: InversionSolution;
  };
  /** Generates toy data. */
  readonly generate: {
    readonly input: ToyDataOptions;
    readonly progress: ToyDataProgress;
    readonly result: ToyData;
  };
  /** Reads PyTorch files. */
  readonly import: {
    readonly input: ImportWork;
    readonly progress: never;
    readonly result: ImportedData;
  };
  /** Checks PyTorch files as an import does. */
  readonly check: {
    readonly input: Partial<FilePaths>;
    readonly progress: never;
    readonly result: void;
  };
  /** Reads generated data; undefined if it was generated from another specification. */
  readonly toyData: {
    readonly input: ToyDataWork;
    readonly progress: never;
    readonly result: ToyData | undefined;
  };
  /** Computes an attribution matrix. */
  readonly attribute: {
    readonly input: MatrixTask;
    readonly progress: never;
    readonly result: StoredMatrix;
  };
}

export type JobKind = keyof Jobs;

/** A job of any kind, with its input. */
export type JobRequest = {
  [K in JobKind]: { readonly type: 'job'; readonly kind: K; readonly input: Jobs[K]['input'] };
}[JobKind];

/** From a worker: `ready` once its engine is loaded; `done` or `failed` at the end of a run or job. */
export type WorkerReply =
  | { readonly type: 'ready'; readonly engine: EngineTraits }
  /** In order, batched over a few milliseconds. */
  | { readonly type: 'events'; readonly events: readonly PackedEvent[] }
  /** Progress of a job. */
  | { readonly type: 'progress'; readonly progress: unknown }
  /** The result of a job; undefined for a run. */
  | { readonly type: 'done'; readonly result?: unknown }
  | { readonly type: 'failed'; readonly failure: Failure };

/** Properties of an engine in a worker. */
export type EngineTraits = Pick<Engine, 'description' | 'seedsAtOnce'>;

type EpochMeasured = Extract<LegEvent, { type: 'epoch-measured' }>;

/** An event as workers send it. */
export type PackedEvent =
  Exclude<LegEvent, EpochMeasured> | { readonly type: 'row'; readonly json: string };

/** Sends rows as JSON: cloning their hundred small objects takes several times as long. */
export function packEvent(event: LegEvent): PackedEvent {
  return event.type === 'epoch-measured' ? { type: 'row', json: JSON.stringify(event.row) } : event;
}

/** The inverse of {@link packEvent}; JSON preserves numbers exactly. */
export function unpackEvent(event: PackedEvent): LegEvent {
  return event.type === 'row'
    ? { type: 'epoch-measured', row: JSON.parse(event.json) as MetricsRow }
    : event;
}
