/*
 * Bounds of JSON that may come from anywhere. A few megabytes of brackets become gigabytes when they are
 * parsed, and a schema that lists every wrong entry takes minutes: such a text is refused before.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** The words for brackets that are nested too deep. */
export function nestedTooDeep(most: number): string {
  return `nested more than ${most} deep`;
}

/**
 * What a JSON text has too much of to be parsed; costs far less than parsing.
 * @param text UTF-8
 * @returns undefined where its values and levels are within the bounds
 */
export function excessOfText(
  text: Uint8Array,
  { values: most, levels }: { readonly values: number; readonly levels: number },
): string | undefined {
  let depth = 0;
  let values = 1;
  for (let i = 0; i < text.length; i++) {
    switch (text[i]) {
      case QUOTE:
        for (i++; i < text.length && text[i] !== QUOTE; i++) {
          if (text[i] === BACKSLASH) i++;
        }
        break;
      case COMMA:
        if (++values > most) return `holds more than ${most} values`;
        break;
      case 0x5b:
      case 0x7b:
        if (++depth > levels) return nestedTooDeep(levels);
        break;
      case 0x5d:
      case 0x7d:
        depth--;
        break;
    }
  }
  return undefined;
}

/** Bounds of a value that was parsed. */
export interface ValueBounds {
  readonly levels: number;
  /** Of one list. */
  readonly entries: number;
  /** Of one object. */
  readonly fields: number;
  /** Names of fields whose lists may have any length, and are not looked into. */
  readonly columns?: ReadonlySet<string | number>;
}

/** A part of a value that is out of bounds. */
export interface Excess {
  readonly path: readonly (string | number)[];
  /** Of the part, such as `has 200 fields; at most 100 are read`. */
  readonly reason: string;
}

/** The first part of a parsed value that is out of bounds; undefined where none is. */
export function excessOfValue(value: unknown, bounds: ValueBounds, level = 0): Excess | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (level > bounds.levels) return { path: [], reason: nestedTooDeep(bounds.levels) };
  const isList = Array.isArray(value);
  const keys: readonly string[] = isList ? [] : Object.keys(value);
  const count = isList ? value.length : keys.length;
  const most = isList ? bounds.entries : bounds.fields;
  if (count > most) {
    const what = isList ? 'entries' : 'fields';
    return { path: [], reason: `has ${count} ${what}; at most ${most} are read` };
  }
  for (const key of isList ? value.keys() : keys) {
    const part = (value as Record<string | number, unknown>)[key];
    if (Array.isArray(part) && bounds.columns?.has(key)) continue;
    const excess = excessOfValue(part, bounds, level + 1);
    if (excess) return { ...excess, path: [key, ...excess.path] };
  }
  return undefined;
}
