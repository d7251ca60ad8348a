import { counted } from '../counted';
import { strToU8 } from 'fflate';
import { invalid, LabError, show } from '../errors';
import { repeatedKey } from './repeatedKey';
import { isRecord } from '../isRecord';
import { isSizes } from './headerValues';
import {
  decodeValues,
  DTYPES,
  elementBytes,
  elementCount,
  encodeValues,
  isDtype,
  type Dtype,
  type Tensor,
} from './tensor';
import { decodeUtf8 } from './utf8';

/*
 * The safetensors format: https://github.com/huggingface/safetensors#format. Eight bytes with the
 * length of the header, little-endian; the header, JSON; the tensors, little-endian, row-major,
 * without gaps.
 */
const LENGTH_BYTES = 8;
const ALIGNMENT = 8;
/** Largest header, as in the reference implementation. */
export const MAX_HEADER_BYTES = 100_000_000;
const METADATA = '__metadata__';

/** A tensor's entry in the header. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

/** The content of a file. */
export interface Safetensors {
  /** In the order of the data. */
  readonly tensors: Map<string, Tensor>;
  readonly metadata: Record<string, string>;
}

/** An entry with its byte range after the header. */
interface Located extends TensorEntry {
  readonly start: number;
  readonly end: number;
}

/**
 * The beginning of a file: length and header, padded with spaces so that the data begins at a multiple of
 * 8 bytes. The tensors' raw bytes ({@link encodeValues}) must follow in the order of the entries. The same
 * entries and metadata give the same bytes.
 * @throws LabError for a repeated or reserved name, or an impossible shape
 */
export function safetensorsHeader(
  entries: readonly TensorEntry[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header = new Map<string, unknown>();
  if (Object.keys(metadata).length > 0) header.set(METADATA, metadata);
  let end = 0;
  for (const { name, dtype, shape } of entries) {
    if (name === METADATA || header.has(name)) {
      throw invalid(
        `the name ${show(name)} is used twice or reserved; tensors of a file need different names`,
      );
    }
    const start = end;
    end += elementCount(shape) * elementBytes(dtype);
    header.set(name, { dtype, shape, data_offsets: [start, end] });
  }
  // Not as an object, which would sort names such as "0" first.
  const fields = [...header].map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
  );
  const json = strToU8(`{${fields.join()}}`);
  const length = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(LENGTH_BYTES + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, LENGTH_BYTES);
  return bytes;
}

/**
 * The consecutive parts of a file, with tensors in the given order. On little-endian machines most are views
 * of the tensors' own memory.
 * @throws LabError as {@link safetensorsHeader}, and for values that do not fit their shape
 */
export function safetensorsParts(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const entries = [...tensors].map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
  const parts = [safetensorsHeader(entries, metadata)];
  for (const [name, tensor] of tensors) {
    if (tensor.values.length !== elementCount(tensor.shape)) {
      throw invalid(
        `has ${counted(tensor.values.length, 'value')} for the shape ${show(tensor.shape)}`,
        {
          field: name,
        },
      );
    }
    parts.push(encodeValues(tensor));
  }
  return parts;
}

/**
 * Reads a file with tensors in any order. Takes the file's size in memory, twice that for 16-bit floats.
 * @throws LabError of kind `invalid-input` for a header that is invalid or repeats a name, or whose tensors
 *   overlap, leave gaps or do not fill the file; `unsupported` for an unsupported element type
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const dataStart = headerEnd(bytes);
  const data = bytes.subarray(dataStart);
  const header = parseHeader(bytes.subarray(LENGTH_BYTES, dataStart));
  const located = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, value]) => locate(name, value))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  checkCover(located, data.length);
  const tensors = located.map(({ name, dtype, shape, start, end }): [string, Tensor] => [
    name,
    { dtype, shape, values: decodeValues(dtype, data.subarray(start, end)) } as Tensor,
  ]);
  return { tensors: new Map(tensors), metadata: readMetadata(header[METADATA]) };
}

function headerEnd(bytes: Uint8Array): number {
  if (bytes.length < LENGTH_BYTES) {
    throw invalid(
      `not a safetensors file: it has ${counted(bytes.length, 'byte')}, but at least ${LENGTH_BYTES} are required`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > Math.min(MAX_HEADER_BYTES, bytes.length - LENGTH_BYTES)) {
    throw invalid(
      `not a complete safetensors file: it claims a header of ${counted(length, 'byte')}; the file has ` +
        `${bytes.length - LENGTH_BYTES} after that number, and at most ${MAX_HEADER_BYTES} are allowed`,
    );
  }
  return LENGTH_BYTES + length;
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  const text = decodeUtf8(bytes, 'the header');
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    throw invalid(
      `the header is not JSON: ${error instanceof Error ? error.message : 'no reason'}`,
    );
  }
  if (!isRecord(header)) throw invalid(`the header is not a JSON object: ${brief(header)}`);
  const repeated = repeatedKey(text);
  if (repeated !== undefined) throw invalid(`the header contains the name ${show(repeated)} twice`);
  return header;
}

function locate(name: string, value: unknown): Located {
  const place = { field: name };
  if (!isRecord(value)) throw invalid(`is ${brief(value)} in the header, not an object`, place);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isDtype(dtype)) {
    const allowed = `dtype ${brief(dtype)} is not supported, only ${DTYPES.join(', ')}`;
    throw new LabError('unsupported', allowed, place);
  }
  if (!isSizes(shape)) throw invalid(`has the shape ${brief(shape)}, not a list of sizes`, place);
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw invalid(`has the data_offsets ${brief(offsets)}, not [start, end]`, place);
  }
  const [start, end] = offsets;
  const size = shape.reduce((product, d) => product * d, elementBytes(dtype));
  if (size !== end - start) {
    throw invalid(
      `has ${counted(end - start, 'byte')} of data; ${dtype} of shape ${show(shape)} takes ${size}`,
      place,
    );
  }
  return { name, dtype, shape, start, end };
}

/** Checks that every byte of the data belongs to exactly one tensor. */
function checkCover(located: readonly Located[], dataBytes: number): void {
  let covered = 0;
  for (const { name, start, end } of located) {
    if (start !== covered) {
      const fault = start < covered ? 'overlaps the tensor before it' : 'leaves a gap before it';
      throw invalid(`begins at byte ${start} of the data, not ${covered}: ${fault}`, {
        field: name,
      });
    }
    covered = end;
  }
  if (covered !== dataBytes) {
    throw invalid(
      `the tensors take ${counted(covered, 'byte')}, the file has ${dataBytes} after the header`,
    );
  }
}

function readMetadata(value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (!isRecord(value)) throw invalid(`is ${brief(value)}, not an object`, { field: METADATA });
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') {
      throw invalid(`is ${brief(text)}, not a string`, { field: `${METADATA}.${key}` });
    }
  }
  return value as Record<string, string>;
}

/** A part of the header in messages; nested containers only by kind, since they may be too deep to print. */
function brief(value: unknown): string {
  if (Array.isArray(value)) {
    return value.some((part) => typeof part === 'object') ? 'a list of lists' : show(value);
  }
  return isRecord(value) ? 'an object' : show(value);
}
