import { counted } from '../../core/counted';
import { z } from 'zod';
import type { MatrixValues } from '../../core/attribution/matrix';
import { invalid, show } from '../../core/errors';
import { decodeBase64, encodeBase64 } from '../../core/formats/base64';

/*
 * Numbers in JSON: plain lists, which people write, or base64 of their bytes, which is exact and a third of the
 * size. Outputs of notebooks are untrusted: sizes are checked before anything is allocated.
 */

/** More numbers than any output of a notebook should hold. */
export const MAX_NUMBERS = 2 ** 24;

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  uint32: Uint32Array,
  uint8: Uint8Array,
} as const;

/** Number formats, little-endian. */
export type OutputDtype = keyof typeof ARRAYS;

/** A tensor as base64 of its bytes. */
const encodedTensor = z
  .strictObject({
    dtype: z.enum(['float32', 'float64', 'uint32', 'uint8']).describe('Kind of numbers.'),
    shape: z.array(z.int().min(0)).max(4).describe('Sizes of the dimensions, row-major.'),
    base64: z.string().describe('The bytes, little-endian, in base64.'),
  })
  .describe('Numbers as base64 of their bytes.');

/** A tensor as base64 of its bytes. */
export type EncodedTensor = Readonly<z.output<typeof encodedTensor>>;

type Numbers = (number | null)[];

/** JSON schema of lists that are checked as a whole. */
const JSON_NUMBERS = { items: { type: ['number', 'null'] } };

// Lists are checked as a whole, so that a million wrong entries give one error.
const numbers = z
  .array(z.any())
  .refine(areNumbers, 'expected numbers, or null where one is missing')
  .meta(JSON_NUMBERS) as unknown as z.ZodType<Numbers, Numbers>;

const rows = z
  .array(z.any())
  .refine(
    (list: unknown[]) => list.every((row) => Array.isArray(row) && areNumbers(row)),
    'expected rows of numbers, or null where one is missing',
  )
  .meta({ items: { type: 'array', ...JSON_NUMBERS } }) as unknown as z.ZodType<
  Numbers[],
  Numbers[]
>;

/** A list of numbers; null is missing. */
export const column = z.union([numbers, encodedTensor]);

/** A matrix, row by row; null is missing. */
export const matrix = z.union([rows, encodedTensor]);

function areNumbers(list: readonly unknown[]): boolean {
  return list.every((value) => value === null || typeof value === 'number');
}

/** A matrix of an output. */
export interface DecodedMatrix {
  readonly rows: number;
  readonly columns: number;
  /** `[rows, columns]`, NaN where missing; float32 as it is stored, other numbers as float64. */
  readonly values: MatrixValues;
}

/** Encodes numbers as base64. */
export function encodeTensor(values: TensorValues, shape: readonly number[]): EncodedTensor {
  const found = (Object.keys(ARRAYS) as OutputDtype[]).find(
    (dtype) => values instanceof ARRAYS[dtype],
  );
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { dtype: found ?? 'float64', shape: [...shape], base64: encodeBase64(bytes) };
}

/**
 * The numbers of a list.
 * @param field its place in the output, for messages
 * @returns `[length]`, NaN where missing
 * @throws LabError naming the field when its size does not match
 */
export function decodeColumn(given: z.output<typeof column>, field: string): Float64Array {
  if (Array.isArray(given)) {
    requireSize(given.length, field);
    return Float64Array.from(given, (value) => value ?? NaN);
  }
  if (given.shape.length !== 1) {
    throw invalid(`expected one dimension, not a shape of ${show(given.shape)}`, { field });
  }
  return toFloat64(decodeTensor(given, field));
}

/** The numbers of a matrix. @throws as {@link decodeColumn}; also when rows differ in length */
export function decodeMatrix(given: z.output<typeof matrix>, field: string): DecodedMatrix {
  if (!Array.isArray(given)) {
    if (given.shape.length !== 2) {
      throw invalid(`expected [neurons, features], not a shape of ${show(given.shape)}`, { field });
    }
    const [rows, columns] = given.shape;
    const values = decodeTensor(given, field);
    return { rows, columns, values: values instanceof Float32Array ? values : toFloat64(values) };
  }
  const columns = given[0]?.length ?? 0;
  requireSize(given.length * columns, field);
  const values = new Float64Array(given.length * columns);
  given.forEach((row, k) => {
    if (row.length !== columns) {
      throw invalid(`row ${k} has ${counted(row.length, 'number')}, row 0 has ${columns}`, {
        field,
      });
    }
    row.forEach((value, f) => (values[k * columns + f] = value ?? NaN));
  });
  return { rows: given.length, columns, values };
}

type TensorValues = Float32Array | Float64Array | Uint32Array | Uint8Array;

function toFloat64(values: TensorValues): Float64Array {
  return values instanceof Float64Array ? values : new Float64Array(values);
}

function decodeTensor({ dtype, shape, base64 }: EncodedTensor, field: string): TensorValues {
  const count = shape.reduce((product, size) => product * size, 1);
  requireSize(count, field);
  const Kind = ARRAYS[dtype];
  const wanted = count * Kind.BYTES_PER_ELEMENT;
  // Four characters are three bytes; padding makes up to two less.
  if (Math.abs((base64.length / 4) * 3 - wanted) > 3) throw wrongLength(shape, dtype, field);
  const bytes = decodeBase64(base64);
  if (!bytes) throw invalid('is not base64', { field: `${field}.base64` });
  if (bytes.length !== wanted) throw wrongLength(shape, dtype, field);
  return new Kind(bytes.buffer as ArrayBuffer);
}

function wrongLength(shape: readonly number[], dtype: OutputDtype, field: string): Error {
  return invalid(`its bytes are not ${show(shape)} numbers of ${dtype}`, { field });
}

function requireSize(count: number, field: string): void {
  if (count > MAX_NUMBERS) {
    throw invalid(`holds ${counted(count, 'number')}; an output may hold ${MAX_NUMBERS}`, {
      field,
    });
  }
}
