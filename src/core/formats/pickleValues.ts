import { LabError, show } from '../errors';

/** What a dict of a pickle may have as a key. */
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

/** `collections.OrderedDict`; a plain dict is a plain Map, which keeps its order as well. */
export class OrderedDict extends Map<PickleKey, unknown> {}

/** A Python tuple: an array that is frozen, as no tuple ever changes. */
export function isTuple(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && Object.isFrozen(value);
}

/** A Python list. */
export function isList(value: unknown): value is unknown[] {
  return Array.isArray(value) && !Object.isFrozen(value);
}

/** Whether a value may be a key of a dict. */
export function isKey(value: unknown): value is PickleKey {
  return value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
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
  return new LabError(
    'unsupported',
    `${what}; only tensors, containers, strings and numbers are read, so save model.state_dict() ` +
      'rather than a model. Nothing was executed',
  );
}
