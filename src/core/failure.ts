import { LabError, type ErrorFacts, type ErrorKind, type ErrorPlace } from './errors';
import { Stopped } from './stop';

/** An error as plain data, to send to another thread or process, where classes are lost. */
export type Failure =
  | { readonly type: 'stopped' }
  | {
      readonly type: 'lab';
      readonly kind: ErrorKind;
      readonly reason: string;
      readonly place: ErrorPlace;
      readonly facts: ErrorFacts;
    }
  | { readonly type: 'other'; readonly message: string; readonly stack?: string };

/** Converts an error to plain data. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Stopped) return { type: 'stopped' };
  if (error instanceof LabError) {
    const { kind, reason, place, facts } = error;
    return { type: 'lab', kind, reason, place, facts };
  }
  return error instanceof Error
    ? { type: 'other', message: error.message, stack: error.stack }
    : { type: 'other', message: String(error) };
}

/** Converts a {@link Failure} back to an error. */
export function errorOf(failure: Failure): Error {
  switch (failure.type) {
    case 'stopped':
      return new Stopped();
    case 'lab': {
      const { kind, reason, place, facts } = failure;
      return new LabError(kind, reason, place, { facts });
    }
    case 'other': {
      const error = new Error(failure.message);
      if (failure.stack) error.stack = failure.stack;
      return error;
    }
  }
}
