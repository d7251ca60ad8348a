import type { Engine, EngineName } from '../../core/engine/engine';
import type { ExperimentContext } from '../../core/experiment/context';
import type { LegEvent, LegTask } from '../../core/experiment/legs';
import type { Failure } from '../../core/failure';
import type { Workload } from '../crossover/workload';

/** To a worker: its setup first, a context before any run, and one run at a time. */
export type WorkerRequest =
  | {
      readonly type: 'setup';
      readonly engine: EngineName;
      /** One shared int, anything but 0 means stop: seen in the middle of a loop, where memory is shared. */
      readonly stop?: Int32Array;
    }
  | { readonly type: 'context'; readonly context: ExperimentContext }
  | { readonly type: 'run'; readonly tasks: readonly LegTask[] }
  | { readonly type: 'time'; readonly workload: Workload }
  /** Where no memory is shared: sets or clears the stop flag. */
  | { readonly type: 'stop'; readonly stop: boolean };

/** From a worker: `ready` once its engine is there, `done` or `failed` at the end of a run. */
export type WorkerReply =
  | { readonly type: 'ready'; readonly engine: EngineTraits }
  | { readonly type: 'event'; readonly event: LegEvent }
  | { readonly type: 'done' }
  /** What a step of a workload takes. */
  | { readonly type: 'timed'; readonly milliseconds: number }
  | { readonly type: 'failed'; readonly failure: Failure };

/** What can be known of an engine from elsewhere. */
export type EngineTraits = Pick<Engine, 'description' | 'seedsAtOnce'>;
