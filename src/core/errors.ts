import { show } from './show';
import { visibleLine } from './visible';

export { show };

/**
 * What went wrong, in terms a caller can act on.
 *
 * - `invalid-input`: a value from outside (file, option, field) is not acceptable
 * - `unsupported`: understood, but deliberately not done here
 * - `storage`: the file system said no
 * - `numeric`: a computation left the finite numbers
 * - `worker`: the thread or process that computes has died
 */
export type ErrorKind = 'invalid-input' | 'unsupported' | 'storage' | 'numeric' | 'worker';

/** Where an error comes from: every part that is known is shown in the message. */
export interface ErrorPlace {
  /** Path or name of the file. */
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
  /** Path of the field, e.g. `pruning.ratios[3]`. */
  readonly field?: string;
}

/** An error whose message is meant for the user: it names place, value and what would be allowed. */
export class LabError extends Error {
  override readonly name = 'LabError';

  constructor(
    readonly kind: ErrorKind,
    /** The message without its place. */
    readonly reason: string,
    readonly place: ErrorPlace = {},
    options?: ErrorOptions,
  ) {
    super(describePlace(place) + reason, options);
  }

  /** The same error, with what the caller knows of its place added. */
  at(place: ErrorPlace): LabError {
    return new LabError(this.kind, this.reason, { ...place, ...this.place }, { cause: this.cause });
  }
}

function describePlace({ file, line, column, field }: ErrorPlace): string {
  const position = [file, line, line === undefined ? undefined : column].filter(
    (part) => part !== undefined,
  );
  return [position.join(':'), field]
    .filter((part) => part !== undefined && part !== '')
    .map((part) => `${visibleLine(String(part))}: `)
    .join('');
}

/** Shorthand for the commonest kind. */
export function invalid(reason: string, place?: ErrorPlace): LabError {
  return new LabError('invalid-input', reason, place);
}

/** That a value is none of those that are allowed, in the words of an `experiment.json`'s problems. */
export function notAllowed(value: unknown, allowed: readonly unknown[], field: string): LabError {
  const found = value === undefined ? 'is missing' : `${show(value)} is not allowed`;
  return invalid(`${found}: expected ${allowed.map(show).join(' or ')}`, { field });
}

/** @throws LabError unless the value is one of those that are allowed */
export function requireOneOf(value: unknown, allowed: readonly unknown[], field: string): void {
  if (!allowed.includes(value)) throw notAllowed(value, allowed, field);
}
