import { counted } from '../../counted';
/*
 * Limits for untrusted JSON, checked before it is parsed or validated: parsing a few megabytes of brackets
 * takes gigabytes of memory, and a schema that reports every invalid entry may take minutes.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** The message for brackets that are nested too deep. */
export function nestedTooDeep(maxDepth: number): string {
  return `nested more than ${maxDepth} levels deep`;
}

/**
 * The reason why a JSON text is too large to parse; checking costs far less than parsing.
 * @param text UTF-8
 * @returns undefined if values and levels are within the limits
 */
export function excessOfText(
  text: Uint8Array,
  { values: maxValues, levels }: { readonly values: number; readonly levels: number },
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
        if (++values > maxValues) return `holds more than ${counted(maxValues, 'value')}`;
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

/** Limits of a parsed value. */
export interface ValueBounds {
  readonly levels: number;
  /** Per list. */
  readonly entries: number;
  /** Per object. */
  readonly fields: number;
  /** Names of fields whose lists may have any length and are not checked. */
  readonly columns?: ReadonlySet<string | number>;
}

/** A part of a value that exceeds a limit. */
export interface Excess {
  readonly path: readonly (string | number)[];
  /** For example `has 200 fields; at most 100 are allowed`. */
  readonly reason: string;
}

/** The first part of a parsed value that exceeds a limit, if any. */
export function excessOfValue(value: unknown, bounds: ValueBounds, level = 0): Excess | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (level > bounds.levels) return { path: [], reason: nestedTooDeep(bounds.levels) };
  const isList = Array.isArray(value);
  const keys: readonly string[] = isList ? [] : Object.keys(value);
  const count = isList ? value.length : keys.length;
  const max = isList ? bounds.entries : bounds.fields;
  if (count > max) {
    const what = isList ? 'entries' : 'fields';
    return { path: [], reason: `has ${count} ${what}; at most ${max} are allowed` };
  }
  for (const key of isList ? value.keys() : keys) {
    const part = (value as Record<string | number, unknown>)[key];
    if (Array.isArray(part) && bounds.columns?.has(key)) continue;
    const excess = excessOfValue(part, bounds, level + 1);
    if (excess) return { ...excess, path: [key, ...excess.path] };
  }
  return undefined;
}
