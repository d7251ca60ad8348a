import { CommanderError } from 'commander';
import { LabError, type ErrorKind } from '../core/errors';

/** Meanings of exit codes; scripts rely on them. */
export const EXIT = {
  ok: 0,
  internal: 1,
  usage: 2,
  storage: 3,
  numeric: 4,
  worker: 5,
  interrupted: 130,
  terminated: 143,
} as const;

const OF_KIND: Readonly<Record<ErrorKind, number>> = {
  'invalid-input': EXIT.usage,
  unsupported: EXIT.usage,
  storage: EXIT.storage,
  numeric: EXIT.numeric,
  worker: EXIT.worker,
};

/** Thrown when a signal stopped the work; the message says how to resume. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}

/** The exit code for a thrown value. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof LabError) return OF_KIND[error.kind];
  if (error instanceof Interrupted) return error.exitCode;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  return EXIT.internal;
}

/**
 * The error message for the user, without the program's name; undefined where commander has already printed
 * it. Stacks are shown only for internal errors in debug mode.
 */
export function describeError(error: unknown, debug: boolean): string | undefined {
  if (error instanceof CommanderError) return undefined;
  if (error instanceof LabError || error instanceof Interrupted) return error.message;
  if (!(error instanceof Error)) return `internal error: ${String(error)}`;
  if (debug) return `internal error: ${error.stack ?? error.message}`;
  return `internal error: ${error.message} (set DEBUG=1 to show the stack)`;
}
