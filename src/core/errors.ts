import { visibleLine } from './visible';

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

/** A value as it should appear in a message: JSON on one line, all of it visible, shortened. */
export function show(value: unknown): string {
  const text = visibleLine(
    typeof value === 'number' || value === undefined ? String(value) : jsonOf(value),
  );
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    // A big integer; something that contains itself, or goes deeper than can be followed.
    return typeof value === 'object' ? 'something deeply nested' : String(value);
  }
}
