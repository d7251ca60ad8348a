import type { Leg } from './experiment/plan';
import { show } from './show';
import { visibleLine } from './visible';

export { show };

/**
 * The kind of an error, in terms a caller can act on.
 *
 * - `invalid-input`: a value from outside (file, option, field) is not acceptable
 * - `unsupported`: valid, but not implemented
 * - `storage`: a file system operation failed
 * - `numeric`: a computation gave a number that is not finite
 * - `worker`: a computing thread or process died
 */
export type ErrorKind = 'invalid-input' | 'unsupported' | 'storage' | 'numeric' | 'worker';

/** Where an error comes from; the message shows every part that is known. */
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

/** Where training gave a number that is not finite. */
export interface Divergence {
  /** The loss; undefined where a parameter or the test loss is not finite. Null after conversion to JSON. */
  readonly loss?: number;
  /** Index of the network among the tasks. */
  readonly task?: number;
  readonly leg?: Leg;
  /** 1-based, within the leg; 0 before training. */
  readonly epoch: number;
  /** 0-based within the epoch; the loss is the one before this step's update. */
  readonly step?: number;
}

/** Data of an error for programs, which is also sent to other threads and processes. */
export interface ErrorFacts {
  readonly diverged?: Divergence;
  /** Whether the file's network is being pruned by PyTorch, with weights and masks in separate tensors. */
  readonly isBeingPruned?: boolean;
}

/** An error whose message is meant for the user: it names the place, the value and what is allowed. */
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

  /** The same error at a more precise place; parts that the error already has are kept. */
  at(place: ErrorPlace): LabError {
    const { kind, reason, cause, facts } = this;
    return new LabError(kind, reason, { ...place, ...this.place }, { cause, facts });
  }

  /** The message without the file, where that is shown already. */
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

/** A LabError of kind `invalid-input`. */
export function invalid(reason: string, place?: ErrorPlace): LabError {
  return new LabError('invalid-input', reason, place);
}

/** The error for a value outside a fixed set, worded as for a problem in `experiment.json`. */
export function notAllowed(value: unknown, allowed: readonly unknown[], field: string): LabError {
  const found = value === undefined ? 'is missing' : `${show(value)} is not allowed`;
  return invalid(`${found}: expected ${allowed.map(show).join(' or ')}`, { field });
}

/** @throws LabError unless the value is one of `allowed` */
export function requireOneOf(value: unknown, allowed: readonly unknown[], field: string): void {
  if (!allowed.includes(value)) throw notAllowed(value, allowed, field);
}
