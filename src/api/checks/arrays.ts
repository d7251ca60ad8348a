import { isRecord } from '../../core/isRecord';
import { counted } from '../../core/counted';
import { invalid, LabError, show } from '../../core/errors';

/** Supported arrays of numbers by name. */
interface Arrays {
  readonly Float32Array: Float32Array;
  readonly Float64Array: Float64Array;
  readonly Uint32Array: Uint32Array;
  readonly Uint8Array: Uint8Array;
}

/**
 * Fields of an object, each read once.
 * @param what expected kind of object, for the message
 * @throws LabError for anything but an object, or when reading a field throws
 */
export function fieldsOf<K extends string>(
  value: unknown,
  names: readonly K[],
  field: string,
  what: string,
): Readonly<Record<K, unknown>> {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) {
    throw refused(value, what, field);
  }
  const object = value as Readonly<Record<K, unknown>>;
  const entries = readable(field, () => names.map((name) => [name, object[name]] as const));
  return Object.fromEntries(entries) as Record<K, unknown>;
}

/**
 * Separates a field that is not plain data from the other fields of an object.
 * @throws LabError when reading the object throws
 */
export function apart<K extends string>(
  value: unknown,
  name: K,
  field: string,
): readonly [unknown, unknown] {
  return readable(field, () => {
    if (!isRecord(value)) return [undefined, value];
    const own = value[name];
    return own === undefined ? [undefined, value] : [own, { ...value, [name]: undefined }];
  });
}

/** Reads from an object that may be a proxy or have getters. @throws LabError where reading throws */
export function readable<T>(field: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof LabError) throw error;
    const reason = error instanceof Error ? error.message : show(error);
    throw invalid(`cannot be read: ${reason}`, { field });
  }
}

/** Longest list that is accepted as an argument. */
const MAX_ENTRIES = 1_000_000;

/**
 * The entries of a list.
 * @param what expected kind of list, for the message
 * @throws LabError for anything else, and for a list that is too long
 */
export function listOf(value: unknown, field: string, what = 'an array'): unknown[] {
  return readable(field, () => {
    if (!Array.isArray(value)) throw refused(value, what, field);
    if (value.length > MAX_ENTRIES) {
      throw invalid(`has ${counted(value.length, 'entry')}; at most ${MAX_ENTRIES} are allowed`, {
        field,
      });
    }
    return Array.from(value as unknown[]);
  });
}

/** A typed array of a given kind. @throws LabError for anything else */
export function numbersOf<N extends keyof Arrays>(
  value: unknown,
  field: string,
  name: N,
): Arrays[N] {
  // Accepts arrays of other realms, but no look-alikes.
  if (ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === `[object ${name}]`) {
    return value as unknown as Arrays[N];
  }
  throw refused(value, `a ${name}`, field);
}

/** The error for a value other than expected. */
export function refused(value: unknown, expected: string, field: string): Error {
  const found = value === undefined ? 'is missing' : `${show(value)} is not allowed`;
  return invalid(`${found}: expected ${expected}`, { field });
}

/** @throws LabError unless there are `count` numbers; `why` explains the count */
export function requireCount(
  values: { readonly length: number },
  count: number,
  why: string,
  field: string,
): void {
  if (values.length !== count) {
    throw invalid(`has ${entries(values.length)}, but ${why} ${count}`, { field });
  }
}

/**
 * @param width of the rows that the numbers are in, for messages
 * @throws LabError naming the first number that is not finite, with its row and column
 */
export function requireFinite(
  values: Float32Array | Float64Array,
  field: string,
  width?: number,
): void {
  for (let i = 0; i < values.length; i++) {
    if (Math.abs(values[i]) < Infinity) continue;
    const place = width === undefined ? '' : ` (row ${Math.floor(i / width)}, column ${i % width})`;
    throw invalid(`${values[i]} is not allowed: expected a finite number${place}`, {
      field: `${field}[${i}]`,
    });
  }
}

function entries(count: number): string {
  return counted(count, 'entry');
}
