import type { Leg } from './experiment/plan';
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

/** Where a training left the finite numbers. */
export interface Divergence {
  /** What the loss became; undefined where a parameter or the test error did. Null once it was JSON. */
  readonly loss?: number;
  /** Index of the network among those that were trained together. */
  readonly task?: number;
  readonly leg?: Leg;
  /** 1-based, within the leg; 0 before training. */
  readonly epoch: number;
  /** 0-based, within the epoch: the loss is that before the step's update. */
  readonly step?: number;
}

/** What is known of an error beside its words, for programs: it goes along to other threads and processes. */
export interface ErrorFacts {
  readonly diverged?: Divergence;
  /** The file is of a network whose layers are being pruned by PyTorch: their weights are in two tensors. */
  readonly isBeingPruned?: boolean;
}

/** An error whose message is meant for the user: it names place, value and what would be allowed. */
export class LabError extends Error {
  override readonly name = 'LabError';
  readonly facts: ErrorFacts;

  constructor(
    readonly kind: ErrorKind,
    /** The message without its place. */
    readonly reason: string,
    readonly place: ErrorPlace = {},
    { facts = {}, ...options }: ErrorOptions & { readonly facts?: ErrorFacts } = {},
  ) {
    super(describePlace(place) + reason, options);
    this.facts = facts;
  }

  /** The same error, with what the caller knows of its place added. */
  at(place: ErrorPlace): LabError {
    const { kind, reason, cause, facts } = this;
    return new LabError(kind, reason, { ...place, ...this.place }, { cause, facts });
  }

  /** The message for whoever knows the file already. */
  messageWithin(file: string): string {
    const { place } = this;
    if (place.file !== file) return this.message;
    return describePlace({ ...place, file: undefined }) + this.reason;
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
