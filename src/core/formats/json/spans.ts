import type { JsonSpan } from './tree';

/*
 * Positions in a text that is valid JSON, found without parsing the values in between, so that a text can be
 * edited in some places and stay unchanged in all others.
 */

/** A field of an object. */
export interface MemberSpan {
  readonly name: string;
  readonly key: JsonSpan;
  readonly value: JsonSpan;
}

const SPACE = /[ \t\r\n]*/y;
/** Characters up to the next bracket or string. */
const PLAIN = /[^"[\]{}]*/y;
const SCALAR = /[^\s,\]}]+/y;

/** The value that begins at or after an offset. */
export function valueSpan(json: string, from: number): JsonSpan {
  const offset = past(SPACE, json, from);
  return { offset, length: endOfValue(json, offset) - offset };
}

/** The fields of the object at an offset, including repeated names; empty for other values. */
export function memberSpans(json: string, offset: number): MemberSpan[] {
  if (json[offset] !== '{') return [];
  const members: MemberSpan[] = [];
  for (let at = past(SPACE, json, offset + 1); json[at] !== '}';) {
    const key = { offset: at, length: endOfString(json, at) - at };
    const colon = past(SPACE, json, at + key.length);
    const value = valueSpan(json, colon + 1);
    const name = JSON.parse(json.slice(at, at + key.length)) as string;
    members.push({ name, key, value });
    at = next(json, value);
  }
  return members;
}

/** The entries of the array at an offset; empty for other values. */
export function itemSpans(json: string, offset: number): JsonSpan[] {
  if (json[offset] !== '[') return [];
  const items: JsonSpan[] = [];
  for (let at = past(SPACE, json, offset + 1); json[at] !== ']';) {
    const item = valueSpan(json, at);
    items.push(item);
    at = next(json, item);
  }
  return items;
}

/** The value at a path, or undefined; for a repeated name the last one. */
export function spanAt(json: string, path: readonly (string | number)[]): JsonSpan | undefined {
  return path.reduce<JsonSpan | undefined>(
    (span, part) =>
      span &&
      (typeof part === 'number'
        ? itemSpans(json, span.offset)[part]
        : memberSpans(json, span.offset)
            .filter(({ name }) => name === part)
            .at(-1)?.value),
    valueSpan(json, 0),
  );
}

/** Offset of the first bracket nested more than `maxDepth` deep. */
export function deeperThan(maxDepth: number, json: string): number | undefined {
  let open = 0;
  for (let at = past(PLAIN, json, 0); at < json.length; at = past(PLAIN, json, at)) {
    const sign = json[at];
    if (sign === '"') {
      const end = endOfString(json, at);
      // Unterminated strings are reported elsewhere.
      if (end === at) return undefined;
      at = end;
      continue;
    }
    if (sign === '{' || sign === '[') open++;
    else open--;
    if (open > maxDepth) return at;
    at++;
  }
  return undefined;
}

/** Offset of the next value after a value, or of the closing bracket. */
function next(json: string, { offset, length }: JsonSpan): number {
  const at = past(SPACE, json, offset + length);
  return json[at] === ',' ? past(SPACE, json, at + 1) : at;
}

function endOfValue(json: string, offset: number): number {
  const first = json[offset];
  if (first === '"') return endOfString(json, offset);
  if (first !== '{' && first !== '[') return past(SCALAR, json, offset);
  let open = 0;
  for (let at = offset; ; at = past(PLAIN, json, at)) {
    const sign = json[at];
    if (sign === '"') {
      at = endOfString(json, at);
      continue;
    }
    open += sign === '{' || sign === '[' ? 1 : -1;
    at++;
    if (open === 0) return at;
  }
}

/** Offset behind the closing quote of the string at an offset; the offset itself if it is not closed. */
function endOfString(json: string, offset: number): number {
  for (
    let close = json.indexOf('"', offset + 1);
    close >= 0;
    close = json.indexOf('"', close + 1)
  ) {
    let escapes = 0;
    while (json[close - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return close + 1;
  }
  return offset;
}

function past(pattern: RegExp, json: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(json) ? pattern.lastIndex : from;
}

/** Characters that terminals and editors interpret, hide, or show in another order. */
const INTERPRETED = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * A JSON value as written, on one line and shortened; numbers keep their digits.
 * @param offset of the value
 */
export function compactJson(json: string, offset: number, length: number): string {
  // Whitespace between tokens will be removed; what then exceeds the limit is cut.
  const source = json.slice(offset, offset + Math.min(length, 4000));
  const tokens = source.match(/"(?:[^"\\]|\\.)*(?:"|$)|[^\s"]+/gs) ?? [];
  const text = tokens
    .join('')
    .replace(INTERPRETED, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
