import { counted } from '../../core/counted';
import { closeSync, readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { invalid, LabError } from '../../core/errors';
import { isSizes } from '../../core/formats/headerValues';
import { isRecord } from '../../core/isRecord';
import { MAX_HEADER_BYTES } from '../../core/formats/safetensors';
import {
  decodeValues,
  elementBytes,
  elementCount,
  isDtype,
  type Dtype,
  type Tensor,
} from '../../core/formats/tensor';
import { openRegular, openRegularSync } from '../files/regularFile';
import { asStorageError, onDisk, readRange } from './disk';
import { parseObjectInParts } from './largeJson';

/** A tensor and its byte range in the file. */
export interface StoredTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** The header of a safetensors file; holds no open handle. */
export interface TensorFile {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const LENGTH_BYTES = 8;
const METADATA = '__metadata__';

interface HeaderEntry {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [start: number, end: number];
}

/** @throws LabError when the file is damaged (`invalid-input`) or cannot be read (`storage`) */
export async function openTensorFile(path: string): Promise<TensorFile> {
  return withFile(path, async (handle) => {
    const { size } = await handle.stat();
    const damaged = (reason: string): LabError => invalid(`is damaged: ${reason}`, { file: path });
    if (size < LENGTH_BYTES) throw damaged(`it has only ${counted(size, 'byte')}`);
    const length = await readRange(handle, 0, LENGTH_BYTES);
    const headerBytes = Number(new DataView(length.buffer).getBigUint64(0, true));
    const dataStart = LENGTH_BYTES + headerBytes;
    if (dataStart > size) throw damaged(`it ends within its header`);
    if (headerBytes > MAX_HEADER_BYTES) {
      throw damaged(
        `its header claims ${counted(headerBytes, 'byte')}; ${MAX_HEADER_BYTES} are allowed`,
      );
    }
    const tensors = new Map<string, StoredTensor>();
    let metadata: Record<string, string> = {};
    const take = (name: string, entry: unknown): void => {
      if (name === METADATA && isTexts(entry)) {
        metadata = entry;
        return;
      }
      if (!isEntry(entry)) throw damaged(`its header has an invalid entry ${name}`);
      const { dtype, shape } = entry;
      const [from, to] = entry.data_offsets.map((offset) => dataStart + offset);
      if (to - from !== elementCount(shape) * elementBytes(dtype))
        throw damaged(`${name} has ${counted(to - from, 'byte')}`);
      if (tensors.has(name)) throw damaged(`its header has the name ${name} twice`);
      tensors.set(name, { dtype, shape, start: from, end: to });
    };
    const header = await readRange(handle, LENGTH_BYTES, dataStart);
    try {
      // A long run has tens of thousands of entries.
      for await (const part of parseObjectInParts(header)) {
        for (const name in part) take(name, part[name]);
      }
    } catch (error) {
      throw error instanceof SyntaxError ? damaged('its header is not valid JSON') : error;
    }
    const fault = coverFault(tensors, dataStart, size);
    if (fault !== undefined) throw damaged(fault);
    return { path, tensors, metadata };
  });
}

/** Checks that every byte of the data belongs to exactly one tensor. @returns the fault, if any */
function coverFault(
  tensors: ReadonlyMap<string, StoredTensor>,
  dataStart: number,
  size: number,
): string | undefined {
  const all = [...tensors];
  // Files of this lab are sorted; others need not be.
  const inOrder = all.every(([, { start }], i) => i === 0 || start >= all[i - 1][1].start);
  if (!inOrder) all.sort(([, a], [, b]) => a.start - b.start || a.end - b.end);
  let covered = dataStart;
  for (const [name, { start, end }] of all) {
    if (start > covered)
      return `there is a gap of ${counted(start - covered, 'byte')} before ${name}`;
    if (start < covered) return `${name} overlaps the tensor before it`;
    covered = end;
  }
  return covered === size
    ? undefined
    : `it has ${counted(size, 'byte')}, its header describes ${covered}`;
}

// Written by hand: a schema would take ten times as long to open a run.

function isEntry(value: unknown): value is HeaderEntry {
  if (!isRecord(value)) return false;
  const { dtype, shape, data_offsets: offsets } = value;
  return isDtype(dtype) && isSizes(shape) && isSizes(offsets) && offsets.length === 2;
}

function isTexts(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((text) => typeof text === 'string');
}

/** Opens a file for reading, and closes it. @throws LabError (`storage`) */
export function withFile<T>(path: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  return onDisk(path, 'read the file', async () => {
    const handle = await openRegular(path);
    try {
      return await work(handle);
    } catch (error) {
      throw error instanceof LabError ? error.at({ file: path }) : error;
    } finally {
      await handle.close();
    }
  });
}

/** Reads the bytes from the first to the last of these tensors. @throws LabError */
export async function readTensors(
  { path, tensors }: TensorFile,
  names: readonly string[],
): Promise<Map<string, Tensor>> {
  const wanted = placesOf({ path, tensors }, names);
  const { start, end } = spanOf(wanted);
  const bytes = await withFile(path, (handle) => readRange(handle, start, end));
  return decode(wanted, bytes, start);
}

/** {@link readTensors} for callers that cannot wait. @throws LabError */
export function readTensorsSync(
  { path, tensors }: Pick<TensorFile, 'path' | 'tensors'>,
  names: readonly string[],
): Map<string, Tensor> {
  const wanted = placesOf({ path, tensors }, names);
  const { start, end } = spanOf(wanted);
  const bytes = new Uint8Array(end - start);
  try {
    const file = openRegularSync(path);
    try {
      if (readSync(file, bytes, 0, bytes.length, start) < bytes.length) {
        throw new LabError('storage', `ends before byte ${end}`, { file: path });
      }
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw asStorageError(error, path, 'read the file');
  }
  return decode(wanted, bytes, start);
}

type Places = ReadonlyMap<string, StoredTensor>;

function placesOf(
  { path, tensors }: Pick<TensorFile, 'path' | 'tensors'>,
  names: readonly string[],
): Places {
  return new Map(
    names.map((name) => {
      const place = tensors.get(name);
      if (!place) throw invalid('is missing: the file is damaged', { file: path, field: name });
      return [name, place];
    }),
  );
}

function spanOf(places: Places): { start: number; end: number } {
  const all = [...places.values()];
  return {
    start: Math.min(...all.map(({ start }) => start)),
    end: Math.max(...all.map(({ end }) => end)),
  };
}

function decode(places: Places, bytes: Uint8Array, offset: number): Map<string, Tensor> {
  return new Map(
    [...places].map(([name, { dtype, shape, start, end }]) => {
      const values = decodeValues(dtype, bytes.subarray(start - offset, end - offset));
      return [name, { dtype, shape, values } as Tensor];
    }),
  );
}
