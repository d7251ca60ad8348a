import { LabError, type ErrorKind, type ErrorPlace } from '../../core/errors';
import type { ExperimentContext } from '../../core/experiment/context';
import type { LegEvent, LegTask } from '../../core/experiment/legs';
import { Stopped } from '../../core/stop';

/** Engines that train one network after another, and so gain from threads. */
export type PooledEngine = 'simd' | 'typescript';

/** What a worker is started with. */
export interface WorkerSetup {
  readonly context: ExperimentContext;
  readonly engineName: PooledEngine;
  /** One shared int: anything but 0 means stop. */
  readonly stop: Int32Array;
}

/** To a worker: a leg to run. It runs one at a time. */
export type WorkerRequest = LegTask;

/** From a worker. */
export type WorkerReply =
  | { readonly type: 'event'; readonly event: LegEvent }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly failure: Failure };

/** An error as it crosses to another thread, where classes are lost. */
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
