import { counted } from '../../core/counted';
import { invalid, show } from '../../core/errors';
import { nestedTooDeep } from '../../core/formats/json/bounds';
import { readable } from './arrays';

/** Largest number of values in an argument, without typed arrays; bounds the time of checks. */
const MAX_VALUES = 1_000_000;
/** End of the path of the only object that is not plain data. */
const SIGNAL = '.signal';
/** Deeper than any argument, but far from overflowing the stack. */
const MAX_DEPTH = 100;

/**
 * Copies an argument that consists of plain objects and lists, so that getters or proxies cannot change it
 * after the check. Functions and the signal are not copied.
 * @param name of the argument, for messages
 * @throws LabError for other objects, for a value that cannot be read, or that is too large or too deep
 */
export function plainCopy(value: unknown, name: string): unknown {
  return copied(value, name, { left: MAX_VALUES }, 0);
}

function copied(value: unknown, field: string, budget: { left: number }, depth: number): unknown {
  if (--budget.left < 0) {
    throw invalid(`holds more than ${MAX_VALUES} values`, { field });
  }
  if (typeof value !== 'object' || value === null) return value;
  return readable(field, () => copiedObject(value, field, budget, depth));
}

function copiedObject(
  value: object,
  field: string,
  budget: { left: number },
  depth: number,
): unknown {
  if (field.endsWith(SIGNAL) && isSignal(value)) return value;
  if (depth === MAX_DEPTH) throw invalid(nestedTooDeep(MAX_DEPTH), { field });
  if (Array.isArray(value)) {
    if (value.length > budget.left) {
      throw invalid(`has ${counted(value.length, 'entry')}; at most ${MAX_VALUES} are allowed`, {
        field,
      });
    }
    return Array.from(value, (entry, i) => copied(entry, `${field}[${i}]`, budget, depth + 1));
  }
  if (!isPlain(value)) {
    const what = Object.prototype.toString.call(value).slice(8, -1);
    const found = what === 'Object' ? 'an object of a class' : what;
    throw invalid(`${found} is not allowed: expected plain values`, { field });
  }
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => {
    const path = /^[\w$]{1,80}$/.test(key) ? `${field}.${key}` : `${field}[${show(key)}]`;
    return [key, copied(inner, path, budget, depth + 1)];
  });
  return Object.fromEntries(entries);
}

/** Whether a value is an AbortSignal, of any realm. */
export function isSignal(value: unknown): value is AbortSignal {
  const signal = value as Partial<AbortSignal> | null | undefined;
  return (
    typeof signal === 'object' &&
    typeof signal?.aborted === 'boolean' &&
    typeof signal.addEventListener === 'function'
  );
}

/** Whether an object is plain, of any realm. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
