import { invalid, show } from '../../core/errors';
import { nestedTooDeep } from '../../core/formats/json/bounds';
import { readable } from './arrays';

/** More values than any argument has, arrays of numbers apart; it keeps checks short. */
const MOST_VALUES = 1_000_000;
/** End of the path of the one object that is no plain data. */
const SIGNAL = '.signal';
/** Deeper than any argument, and far less deep than what overflows the stack. */
const DEEPEST = 100;

/**
 * A copy of an argument made of plain objects and lists: what is checked is then what is used, whatever
 * getters or proxies are in it. Functions, and a signal where one belongs, are taken as they are.
 * @param name of the argument, for messages
 * @throws LabError when it holds anything else, cannot be read, or is too large or too deep to be meant
 */
export function plainCopy(value: unknown, name: string): unknown {
  return copied(value, name, { left: MOST_VALUES }, 0);
}

function copied(value: unknown, field: string, room: { left: number }, depth: number): unknown {
  if (--room.left < 0) {
    throw invalid(`holds more than ${MOST_VALUES} values`, { field });
  }
  if (typeof value !== 'object' || value === null) return value;
  return readable(field, () => copiedObject(value, field, room, depth));
}

function copiedObject(
  value: object,
  field: string,
  room: { left: number },
  depth: number,
): unknown {
  if (field.endsWith(SIGNAL) && isSignal(value)) return value;
  if (depth === DEEPEST) throw invalid(nestedTooDeep(DEEPEST), { field });
  if (Array.isArray(value)) {
    if (value.length > room.left) {
      throw invalid(`has ${value.length} entries; at most ${MOST_VALUES} are read`, { field });
    }
    return Array.from(value, (entry, i) => copied(entry, `${field}[${i}]`, room, depth + 1));
  }
  if (!isPlain(value)) {
    const what = Object.prototype.toString.call(value).slice(8, -1);
    const found = what === 'Object' ? 'an object of a class' : what;
    throw invalid(`${found} is not allowed: expected plain values`, { field });
  }
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => {
    const path = /^[\w$]{1,80}$/.test(key) ? `${field}.${key}` : `${field}[${show(key)}]`;
    return [key, copied(inner, path, room, depth + 1)];
  });
  return Object.fromEntries(entries);
}

/** Whether work can be stopped by it, whatever realm it is of. */
export function isSignal(value: unknown): value is AbortSignal {
  const signal = value as Partial<AbortSignal> | null | undefined;
  return (
    typeof signal === 'object' &&
    typeof signal?.aborted === 'boolean' &&
    typeof signal.addEventListener === 'function'
  );
}

/** Of any realm. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
