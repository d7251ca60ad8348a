import type { EngineName, Engine } from '../../../core/engine/engine';
import type { ExperimentContext } from '../../../core/experiment/context';
import type { LegTask } from '../../../core/experiment/legs';
import type { Failure } from '../../../core/failure';
import type { JobKind, Jobs } from './jobs';
import type { PackedEvent } from './packedEvents';

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

/** A job of any kind, with what it is about. */
export type JobRequest = {
  [K in JobKind]: { readonly type: 'job'; readonly kind: K; readonly about: Jobs[K]['about'] };
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
