import { visibleLine } from './visible';

/** Characters that a value may take in a message. */
const MOST = 80;
/** More levels than a message of that length can show. */
const DEEPEST = 40;

/**
 * A value as it should appear in a message: JSON on one line, all of it visible, shortened, with the numbers that JSON does not know.
 * Takes no longer for 100 MB than for 100 bytes, and never throws, whatever it is given.
 */
export function show(value: unknown): string {
  try {
    const text = visibleLine(written(value, MOST + 1, 0));
    return text.length > MOST ? `${text.slice(0, MOST - 3)}...` : text;
  } catch {
    // Something that does not let itself be read.
    return typeof value;
  }
}

/** At least the first `room` characters of a value's JSON, or all of it. */
function written(value: unknown, room: number, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, room));
  if (typeof value !== 'object' || value === null) return wordOf(value);
  if (ArrayBuffer.isView(value)) return viewText(value);
  if (depth > DEEPEST) return '...';
  if (Array.isArray(value)) {
    return bracketed('[', ']', room, value.length, (i, left) => written(value[i], left, depth + 1));
  }
  const json: unknown = 'toJSON' in value ? value.toJSON : undefined;
  if (typeof json === 'function') return written(json.call(value), room, depth + 1);
  const keys = firstKeys(value, room);
  return bracketed('{', '}', room, keys.length, (i, left) => {
    const name = JSON.stringify(keys[i].slice(0, left));
    return `${name}:${written((value as Record<string, unknown>)[keys[i]], left, depth + 1)}`;
  });
}

/** What is no object. */
function wordOf(value: unknown): string {
  return typeof value === 'function' || typeof value === 'symbol' ? typeof value : String(value);
}

function viewText(view: ArrayBufferView): string {
  const length = 'length' in view ? view.length : view.byteLength;
  return `${Object.prototype.toString.call(view).slice(8, -1)}(${String(length)})`;
}

function bracketed(
  open: string,
  close: string,
  room: number,
  count: number,
  part: (i: number, left: number) => string,
): string {
  let text = open;
  for (let i = 0; i < count && text.length < room; i++) {
    text += `${i > 0 ? ',' : ''}${part(i, room - text.length)}`;
  }
  return text + close;
}

/** As many fields as a text of that length can show; those that are undefined are none. */
function firstKeys(value: object, room: number): string[] {
  const keys: string[] = [];
  for (const key in value) {
    if (keys.length * 4 > room) break;
    const own = Object.hasOwn(value, key) && (value as Record<string, unknown>)[key] !== undefined;
    if (own) keys.push(key);
  }
  return keys;
}
