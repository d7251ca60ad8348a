import { visibleLine } from './visible';

/** Longest text of a value in a message, in characters. */
const MAX_LENGTH = 80;
/** Deepest nesting level that is written; a message of that length cannot show more. */
const MAX_DEPTH = 40;

/**
 * A value as messages show it: JSON on one line with invisible characters escaped, shortened, and with
 * values that JSON lacks (NaN, undefined). Its cost does not grow with the value. Never throws.
 */
export function show(value: unknown): string {
  try {
    const text = visibleLine(written(value, MAX_LENGTH + 1, 0));
    return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 3)}...` : text;
  } catch {
    // For example, a proxy or a getter that throws.
    return typeof value;
  }
}

/** At least the first `limit` characters of a value's JSON, or all of it. */
function written(value: unknown, limit: number, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, limit));
  if (typeof value !== 'object' || value === null) return primitiveText(value);
  if (ArrayBuffer.isView(value)) return viewText(value);
  if (depth > MAX_DEPTH) return '...';
  if (Array.isArray(value)) {
    return bracketed('[', ']', limit, value.length, (i, left) =>
      written(value[i], left, depth + 1),
    );
  }
  const json: unknown = 'toJSON' in value ? value.toJSON : undefined;
  if (typeof json === 'function') return written(json.call(value), limit, depth + 1);
  const keys = firstKeys(value, limit);
  return bracketed('{', '}', limit, keys.length, (i, left) => {
    const name = JSON.stringify(keys[i].slice(0, left));
    return `${name}:${written((value as Record<string, unknown>)[keys[i]], left, depth + 1)}`;
  });
}

function primitiveText(value: unknown): string {
  return typeof value === 'function' || typeof value === 'symbol' ? typeof value : String(value);
}

function viewText(view: ArrayBufferView): string {
  const length = 'length' in view ? view.length : view.byteLength;
  return `${Object.prototype.toString.call(view).slice(8, -1)}(${String(length)})`;
}

function bracketed(
  open: string,
  close: string,
  limit: number,
  count: number,
  part: (i: number, left: number) => string,
): string {
  let text = open;
  for (let i = 0; i < count && text.length < limit; i++) {
    text += `${i > 0 ? ',' : ''}${part(i, limit - text.length)}`;
  }
  return text + close;
}

/** The first own fields that are not undefined, as many as a text of that length can show. */
function firstKeys(value: object, limit: number): string[] {
  const keys: string[] = [];
  for (const key in value) {
    if (keys.length * 4 > limit) break;
    const own = Object.hasOwn(value, key) && (value as Record<string, unknown>)[key] !== undefined;
    if (own) keys.push(key);
  }
  return keys;
}
