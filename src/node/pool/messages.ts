import { LabError, type ErrorKind, type ErrorPlace } from '../../core/errors';
import type { Engine, EngineName } from '../../core/engine/engine';
import type { ExperimentContext } from '../../core/experiment/context';
import type { LegEvent, LegTask } from '../../core/experiment/legs';
import { Stopped } from '../../core/stop';
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

/** An error as it crosses to another thread or process, where classes are lost. */
export type Failure =
  | { readonly type: 'stopped' }
  | {
      readonly type: 'lab';
      readonly kind: ErrorKind;
      readonly reason: string;
      readonly place: ErrorPlace;
    }
  | { readonly type: 'other'; readonly message: string; readonly stack?: string };

/** Packs an error. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Stopped) return { type: 'stopped' };
  if (error instanceof LabError) {
    return { type: 'lab', kind: error.kind, reason: error.reason, place: error.place };
  }
  return error instanceof Error
    ? { type: 'other', message: error.message, stack: error.stack }
    : { type: 'other', message: String(error) };
}

/** Unpacks an error. */
export function errorOf(failure: Failure): Error {
  switch (failure.type) {
    case 'stopped':
      return new Stopped();
    case 'lab':
      return new LabError(failure.kind, failure.reason, failure.place);
    case 'other': {
      const error = new Error(failure.message);
      if (failure.stack) error.stack = failure.stack;
      return error;
    }
  }
}
