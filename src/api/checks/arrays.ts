import { invalid, LabError, show } from '../../core/errors';

/** Arrays of numbers by the names that messages give them. */
interface Arrays {
  readonly Float32Array: Float32Array;
  readonly Float64Array: Float64Array;
  readonly Uint32Array: Uint32Array;
}

/**
 * Fields of an object, each read once.
 * @param what it should be, for the message
 * @throws LabError where there is no object, or it does not let itself be read
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
 * A field that is no plain data, and an object's other fields.
 * @throws LabError where the object does not let itself be read
 */
export function apart<K extends string>(
  value: unknown,
  name: K,
  field: string,
): readonly [unknown, unknown] {
  return readable(field, () => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return [undefined, value];
    }
    const own = (value as Readonly<Record<K, unknown>>)[name];
    return own === undefined ? [undefined, value] : [own, { ...value, [name]: undefined }];
  });
}

/** Reads what may be a proxy, or have getters. @throws LabError where that throws */
export function readable<T>(field: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof LabError) throw error;
    const reason = error instanceof Error ? error.message : show(error);
    throw invalid(`cannot be read: ${reason}`, { field });
  }
}

/** More entries than any list has that is an argument. */
const MOST_ENTRIES = 1_000_000;

/**
 * The entries of a list.
 * @param what it should be, for the message
 * @throws LabError for anything else, and for a list that is too long to be meant
 */
export function listOf(value: unknown, field: string, what = 'an array'): unknown[] {
  return readable(field, () => {
    if (!Array.isArray(value)) throw refused(value, what, field);
    if (value.length > MOST_ENTRIES) {
      throw invalid(`has ${value.length} entries; at most ${MOST_ENTRIES} are read`, { field });
    }
    return Array.from(value as unknown[]);
  });
}

/** An array of numbers of one kind. @throws LabError for anything else */
export function numbersOf<N extends keyof Arrays>(
  value: unknown,
  field: string,
  name: N,
): Arrays[N] {
  // Of any realm, and no look-alike.
  if (ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === `[object ${name}]`) {
    return value as unknown as Arrays[N];
  }
  throw refused(value, `a ${name}`, field);
}

/** That a value is not what was expected. */
export function refused(value: unknown, expected: string, field: string): Error {
  const found = value === undefined ? 'is missing' : `${show(value)} is not allowed`;
  return invalid(`${found}: expected ${expected}`, { field });
}

/** @throws LabError unless there are so many numbers; `why` says what they should be */
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
export function requireFinite(values: Float32Array, field: string, width?: number): void {
  for (let i = 0; i < values.length; i++) {
    if (Math.abs(values[i]) < Infinity) continue;
    const place = width === undefined ? '' : ` (row ${Math.floor(i / width)}, column ${i % width})`;
    throw invalid(`${values[i]} is not allowed: expected a finite number${place}`, {
      field: `${field}[${i}]`,
    });
  }
}

function entries(count: number): string {
  return `${count} ${count === 1 ? 'entry' : 'entries'}`;
}
