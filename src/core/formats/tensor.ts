import { counted } from '../counted';
import { invalid, show } from '../errors';
import { narrowToBfloat, narrowToHalf, widenBfloat, widenHalf } from './half';

/**
 * The typed array for the values of each element type, by its safetensors name. F16 and BF16 are held as
 * float32, booleans as 0 and 1.
 */
export interface ValuesOf {
  readonly F64: Float64Array;
  readonly F32: Float32Array;
  readonly F16: Float32Array;
  readonly BF16: Float32Array;
  readonly I64: BigInt64Array;
  readonly U64: BigUint64Array;
  readonly I32: Int32Array;
  readonly U32: Uint32Array;
  readonly I16: Int16Array;
  readonly U16: Uint16Array;
  readonly I8: Int8Array;
  readonly U8: Uint8Array;
  readonly BOOL: Uint8Array;
}

/** Element type, by its safetensors name. */
export type Dtype = keyof ValuesOf;

/** A tensor; values are in row-major order, `[...shape]`. */
export type Tensor<D extends Dtype = Dtype> = {
  [K in D]: {
    readonly dtype: K;
    readonly shape: readonly number[];
    readonly values: ValuesOf[K];
  };
}[D];

/** Byte order of elements. */
export type ByteOrder = 'little' | 'big';

interface Element<V> {
  /** Bytes of one element in a file. */
  readonly width: number;
  /** A new array of this length in memory. */
  allocate(this: void, length: number): V;
  /** Takes ownership of the buffer, which has this machine's byte order. */
  fromFile(this: void, buffer: ArrayBuffer): V;
  /** The inverse of `fromFile`; a view of the values where memory and file have the same format. */
  toFile(this: void, values: V): ArrayBufferView;
}

interface ArrayConstructor<V> {
  readonly BYTES_PER_ELEMENT: number;
  new (lengthOrBuffer: number | ArrayBuffer): V;
}

const asHeld = <V extends ArrayBufferView>(array: ArrayConstructor<V>): Element<V> => ({
  width: array.BYTES_PER_ELEMENT,
  allocate: (length) => new array(length),
  fromFile: (buffer) => new array(buffer),
  toFile: (values) => values,
});

const widened = (
  widen: (patterns: Uint16Array) => Float32Array,
  narrow: (values: Float32Array) => Uint16Array,
): Element<Float32Array> => ({
  width: 2,
  allocate: (length) => new Float32Array(length),
  fromFile: (buffer) => widen(new Uint16Array(buffer)),
  toFile: narrow,
});

const ELEMENTS: { readonly [D in Dtype]: Element<ValuesOf[D]> } = {
  F64: asHeld(Float64Array),
  F32: asHeld(Float32Array),
  F16: widened(widenHalf, narrowToHalf),
  BF16: widened(widenBfloat, narrowToBfloat),
  I64: asHeld(BigInt64Array),
  U64: asHeld(BigUint64Array),
  I32: asHeld(Int32Array),
  U32: asHeld(Uint32Array),
  I16: asHeld(Int16Array),
  U16: asHeld(Uint16Array),
  I8: asHeld(Int8Array),
  U8: asHeld(Uint8Array),
  BOOL: asHeld(Uint8Array),
};

const MACHINE: ByteOrder = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 'little' : 'big';

/** All element types, widest floating point first. */
export const DTYPES = Object.keys(ELEMENTS) as readonly Dtype[];

/** Whether a name is a supported element type. */
export function isDtype(name: unknown): name is Dtype {
  return typeof name === 'string' && Object.hasOwn(ELEMENTS, name);
}

/** Bytes of one element in a file: 2 for F16 and BF16, which take 4 in memory. */
export function elementBytes(dtype: Dtype): number {
  return ELEMENTS[dtype].width;
}

/** Bytes of one element in memory. */
export function heldBytes(dtype: Dtype): number {
  return ELEMENTS[dtype].allocate(0).BYTES_PER_ELEMENT;
}

/**
 * Number of elements: the product of the dimensions, 1 for a scalar.
 * @throws LabError when a dimension or the product is not an integer from 0 to 2⁵³ − 1
 */
export function elementCount(shape: readonly number[]): number {
  const count = shape.reduce((product, size) => product * size, 1);
  if (![...shape, count].every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw invalid(`the shape ${show(shape)} has an impossible dimension or size`);
  }
  return count;
}

/**
 * A tensor with checked sizes.
 * @throws LabError when the values do not fit the shape
 */
export function tensorOf<D extends Dtype>(
  dtype: D,
  shape: readonly number[],
  values: ValuesOf[D],
): Tensor<D> {
  const count = elementCount(shape);
  if (values.length !== count) {
    throw invalid(
      `the shape ${show(shape)} requires ${counted(count, 'value')}, not ${values.length}`,
    );
  }
  return { dtype, shape, values };
}

/** A new array of zeros. */
export function allocateValues<D extends Dtype>(dtype: D, length: number): ValuesOf[D] {
  return ELEMENTS[dtype].allocate(length);
}

/** Copies raw elements of a file to values; the length must be a multiple of {@link elementBytes}. */
export function decodeValues<D extends Dtype>(
  dtype: D,
  bytes: Uint8Array,
  order: ByteOrder = 'little',
): ValuesOf[D] {
  const { width, fromFile } = ELEMENTS[dtype];
  const own = new Uint8Array(bytes);
  if (order !== MACHINE) reverseElements(own, width);
  return fromFile(own.buffer);
}

/**
 * A tensor's raw little-endian elements, row-major; read-only, since it may share memory with the values.
 * F16 and BF16 are rounded to nearest, ties to even.
 */
export function encodeValues<D extends Dtype>(tensor: Tensor<D>): Uint8Array {
  const element: Element<ValuesOf[D]> = ELEMENTS[tensor.dtype];
  const { buffer, byteOffset, byteLength } = element.toFile(tensor.values);
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  return MACHINE === 'little' ? bytes : reverseElements(new Uint8Array(bytes), element.width);
}

function reverseElements(bytes: Uint8Array, width: number): Uint8Array {
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
  return bytes;
}

/**
 * A numeric tensor's values as float64, `[...shape]`; its own array if it is float64. 64-bit integers beyond
 * 2⁵³ are rounded.
 * @param name of the tensor in messages
 * @throws LabError when the tensor holds booleans, or its values do not fit its shape
 */
export function toFloat64(tensor: Tensor, name: string): Float64Array {
  const { dtype, values } = checkNumeric(tensor, name);
  if (dtype === 'F64') return values;
  return Float64Array.from(values as ArrayLike<number | bigint>, Number);
}

/**
 * A numeric tensor's values as float32, `[...shape]`, rounded to nearest; its own array if it is held as
 * float32. Infinities and NaN are kept.
 * @param name of the tensor in messages
 * @throws LabError when the tensor holds booleans, its values do not fit its shape, or a finite value
 *   overflows float32
 */
export function toFloat32(tensor: Tensor, name: string): Float32Array {
  const { values } = checkNumeric(tensor, name);
  if (values instanceof Float32Array) return values;
  const wide = toFloat64(tensor, name);
  const overflow = wide.findIndex((v) => Number.isFinite(v) && !Number.isFinite(Math.fround(v)));
  if (overflow >= 0) {
    throw invalid(`element ${overflow} is ${wide[overflow]}, too large for float32`, {
      field: name,
    });
  }
  return Float32Array.from(wide);
}

function checkNumeric(tensor: Tensor, name: string): Tensor {
  const { dtype, shape, values } = tensor;
  if (dtype === 'BOOL') throw invalid('holds booleans, but numbers are required', { field: name });
  if (elementCount(shape) !== values.length) {
    throw invalid(`has ${counted(values.length, 'value')} for the shape ${show(shape)}`, {
      field: name,
    });
  }
  return tensor;
}
