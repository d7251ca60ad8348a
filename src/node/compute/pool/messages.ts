import type { AttributionRequest } from '../../../core/attribution/request';
import type { StoredMatrix } from '../../../core/attribution/matrix';
import type { ToyData, ToyDataOptions, ToyDataProgress } from '../../../core/data/generate';
import type { ImportedData } from '../../../core/data/importedData';
import type { InversionSolution, InversionProblem } from '../../../core/data/inversion';
import type { EngineName, Engine } from '../../../core/engine/engine';
import type { ExperimentContext } from '../../../core/experiment/context';
import type { LegEvent, LegTask } from '../../../core/experiment/legs';
import type { MetricsRow } from '../../../core/experiment/metricsRow';
import type { Failure } from '../../../core/failure';
import type { Network } from '../../../core/network/layout';
import type { Specimen } from '../../../core/network/specimen';
import type { Workload } from '../crossover/workload';
import type { FilePaths, ImportWork, ToyDataWork } from '../data/dataFiles';

/** To a worker: its setup first, a context before any run, and one run or job at a time. */
export type WorkerRequest =
  | {
      readonly type: 'setup';
      readonly engine: EngineName;
      /** One shared int, anything but 0 means stop: seen in the middle of a loop, where memory is shared. */
      readonly stop?: Int32Array;
    }
  | { readonly type: 'context'; readonly context: ExperimentContext }
  | { readonly type: 'run'; readonly tasks: readonly LegTask[] }
  | JobRequest
  /** Where no memory is shared: sets or clears the stop flag. */
  | { readonly type: 'stop'; readonly stop: boolean };

/** The jobs that workers do besides runs: the input, progress and result of each. */
export interface Jobs {
  /** Milliseconds of one training step of one specimen. */
  readonly time: { readonly input: Workload; readonly progress: never; readonly result: number };
  /** Seeds of some samples; tells how many are done. */
  readonly seek: {
    readonly input: InversionProblem;
    readonly progress: number;
    readonly result: InversionSolution;
  };
  /** Toy data, as long as it takes. */
  readonly generate: {
    readonly input: ToyDataOptions;
    readonly progress: ToyDataProgress;
    readonly result: ToyData;
  };
  /** Files of PyTorch, read. */
  readonly import: {
    readonly input: ImportWork;
    readonly progress: never;
    readonly result: ImportedData;
  };
  /** Files of PyTorch, checked as an import would. */
  readonly check: {
    readonly input: Partial<FilePaths>;
    readonly progress: never;
    readonly result: void;
  };
  /** A file of generated data, read; undefined where it was made from something else. */
  readonly toyData: {
    readonly input: ToyDataWork;
    readonly progress: never;
    readonly result: ToyData | undefined;
  };
  /** An attribution matrix, to be shown. */
  readonly attribute: {
    readonly input: {
      readonly encoder: Network;
      readonly specimen: Specimen;
      readonly request: AttributionRequest;
    };
    readonly progress: never;
    readonly result: StoredMatrix;
  };
}

export type JobKind = keyof Jobs;

/** A job of any kind, with its input. */
export type JobRequest = {
  [K in JobKind]: { readonly type: 'job'; readonly kind: K; readonly input: Jobs[K]['input'] };
}[JobKind];

/** From a worker: `ready` once its engine is there; at the end of a run or job `done`, or `failed`. */
export type WorkerReply =
  | { readonly type: 'ready'; readonly engine: EngineTraits }
  /** In their order; those of a few milliseconds go together. */
  | { readonly type: 'events'; readonly events: readonly PackedEvent[] }
  /** How far a job is. */
  | { readonly type: 'progress'; readonly progress: unknown }
  /** What a job has given; nothing of a run. */
  | { readonly type: 'done'; readonly result?: unknown }
  | { readonly type: 'failed'; readonly failure: Failure };

/** What can be known of an engine from elsewhere. */
export type EngineTraits = Pick<Engine, 'description' | 'seedsAtOnce'>;

type EpochMeasured = Extract<LegEvent, { type: 'epoch-measured' }>;

/** An event in a message of a worker. */
export type PackedEvent =
  Exclude<LegEvent, EpochMeasured> | { readonly type: 'row'; readonly json: string };

/** Packs a row as text: cloning its hundred small objects takes several times as long. */
export function packEvent(event: LegEvent): PackedEvent {
  return event.type === 'epoch-measured' ? { type: 'row', json: JSON.stringify(event.row) } : event;
}

/** The inverse of {@link packEvent}; numbers come back from their text as they were. */
export function unpackEvent(event: PackedEvent): LegEvent {
  return event.type === 'row'
    ? { type: 'epoch-measured', row: JSON.parse(event.json) as MetricsRow }
    : event;
}
