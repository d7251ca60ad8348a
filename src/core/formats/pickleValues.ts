import { LabError, show } from '../errors';

/** What is read as the key of a dict. */
export type PickleKey = string | number | bigint | boolean | null;

/** Anything in a pickle that is no plain Python data: what the reader's host put there. */
export class PickleObject {
  constructor(
    /** How messages call it, e.g. `torch.FloatStorage`. */
    readonly name: string,
  ) {}
}

/** A global that a pickle may call. */
export class PickleFunction extends PickleObject {
  constructor(
    name: string,
    readonly call: (args: readonly unknown[]) => unknown,
  ) {
    super(name);
  }
}

/**
 * A global that is not known here, or the object that Python would make with it. It is nothing but this
 * name: whatever the pickle says is called with, set in or added to it is dropped. So a file can be read
 * past an object that nobody needs, and one that is needed can be refused by name.
 */
export class Opaque extends PickleObject {}

/** `collections.OrderedDict`; a plain dict is a plain Map, which keeps its order as well. */
export class OrderedDict extends Map<unknown, unknown> {}

/** A Python tuple: an array that is frozen, as no tuple ever changes. */
export function isTuple(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && Object.isFrozen(value);
}

/** A Python list. */
export function isList(value: unknown): value is unknown[] {
  return Array.isArray(value) && !Object.isFrozen(value);
}

/** Whether a value is plain data that can be the key of a dict. */
export function isKey(value: unknown): value is PickleKey {
  return value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}

/** Whether Python allows a value as the key of a dict. */
export function isHashable(value: unknown): boolean {
  return isKey(value) || isTuple(value) || value instanceof PickleObject;
}

/** A value as messages show it: never walks into containers, which may hold themselves. */
export function describe(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'string') return show(value);
  if (isTuple(value)) return `a tuple of ${value.length}`;
  if (isList(value)) return `a list of ${value.length}`;
  if (value instanceof Map) return `a dict of ${value.size}`;
  if (isKey(value)) return String(value).slice(0, 80);
  return value instanceof PickleObject ? value.name : 'an object';
}

/** The error for what a pickle may hold, but is not read here. */
export function refusal(what: string): LabError {
  return new LabError('unsupported', `${what}. Nothing was executed`);
}
