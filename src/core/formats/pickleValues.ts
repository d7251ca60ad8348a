import { LabError, show } from '../errors';

/** A supported key of a dict. */
export type PickleKey = string | number | bigint | boolean | null;

/** A value in a pickle that is not plain Python data. */
export class PickleObject {
  constructor(
    /** Name in messages, e.g. `torch.FloatStorage`. */
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
 * An unsupported global, or the object that Python would create with it. It only has this name: arguments,
 * attributes and items from the pickle are dropped. This allows reading a file that contains unneeded
 * objects, and refusing a needed one by name.
 */
export class Opaque extends PickleObject {}

/** `collections.OrderedDict`; plain dicts are plain Maps, which are ordered too. */
export class OrderedDict extends Map<unknown, unknown> {}

/** Whether a value is a Python tuple: a frozen array. */
export function isTuple(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && Object.isFrozen(value);
}

/** Whether a value is a Python list. */
export function isList(value: unknown): value is unknown[] {
  return Array.isArray(value) && !Object.isFrozen(value);
}

/** Whether a value is plain data that is supported as the key of a dict. */
export function isKey(value: unknown): value is PickleKey {
  return value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}

/** Whether Python allows a value as the key of a dict. */
export function isHashable(value: unknown): boolean {
  return isKey(value) || isTuple(value) || value instanceof PickleObject;
}

/** A value in messages; never walks into containers, which may be cyclic. */
export function describe(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'string') return show(value);
  if (isTuple(value)) return `a tuple of ${value.length}`;
  if (isList(value)) return `a list of ${value.length}`;
  if (value instanceof Map) return `a dict of ${value.size}`;
  if (isKey(value)) return String(value).slice(0, 80);
  return value instanceof PickleObject ? value.name : 'an object';
}

/** The error for unsupported content of a pickle. */
export function refusal(what: string): LabError {
  return new LabError('unsupported', `${what}. Nothing was executed`);
}
