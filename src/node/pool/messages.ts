import type { FoundSeeds, SeedSearch } from '../../core/data/inversion';
import type { Engine, EngineName } from '../../core/engine/engine';
import type { ExperimentContext } from '../../core/experiment/context';
import type { LegTask } from '../../core/experiment/legs';
import type { Failure } from '../../core/failure';
import type { Workload } from '../crossover/workload';
import type { PackedEvent } from './packedEvents';

/** To a worker: its setup first, a context before any run, and one run or search at a time. */
export type WorkerRequest =
  | {
      readonly type: 'setup';
      readonly engine: EngineName;
      /** One shared int, anything but 0 means stop: seen in the middle of a loop, where memory is shared. */
      readonly stop?: Int32Array;
    }
  | { readonly type: 'context'; readonly context: ExperimentContext }
  | { readonly type: 'run'; readonly tasks: readonly LegTask[] }
  | { readonly type: 'seek'; readonly search: SeedSearch }
  | { readonly type: 'time'; readonly workload: Workload }
  /** Where no memory is shared: sets or clears the stop flag. */
  | { readonly type: 'stop'; readonly stop: boolean };

/** From a worker: `ready` once its engine is there; at the end of a run `done`, of a search `found`, or `failed`. */
export type WorkerReply =
  | { readonly type: 'ready'; readonly engine: EngineTraits }
  /** In their order; those of a few milliseconds go together. */
  | { readonly type: 'events'; readonly events: readonly PackedEvent[] }
  | { readonly type: 'done' }
  /** How many samples of a search are done. */
  | { readonly type: 'sought'; readonly samples: number }
  | { readonly type: 'found'; readonly found: FoundSeeds }
  /** What a step of a workload takes. */
  | { readonly type: 'timed'; readonly milliseconds: number }
  | { readonly type: 'failed'; readonly failure: Failure };

/** What can be known of an engine from elsewhere. */
export type EngineTraits = Pick<Engine, 'description' | 'seedsAtOnce'>;
