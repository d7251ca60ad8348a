import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../../core/errors';
import { replaceFile } from '../files/newFile';
import { storageError } from '../files/storageError';

/** Receives the next bytes of a file. */
export type Sink = (bytes: Uint8Array) => Promise<void>;

/** Small writes are buffered up to this size. */
const BLOCK_BYTES = 1 << 20;

/**
 * Runs a file operation.
 * @param doing for the message, e.g. `read the file`
 * @throws LabError (`storage`) instead of file system errors
 */
export async function onDisk<T>(file: string, doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asStorageError(error, file, doing);
  }
}

/** Converts file system errors to LabError (`storage`); returns other errors unchanged. */
export function asStorageError(error: unknown, file: string, doing: string): Error {
  return isSystemError(error) ? storageError(error, file, doing) : (error as Error);
}

/** Whether the file system failed with this code, e.g. `ENOENT`. */
export function isErrorCode(error: unknown, code: string): boolean {
  const cause = error instanceof LabError ? error.cause : error;
  return isSystemError(cause) && cause.code === code;
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string';
}

/** The result of `work`, or undefined if its file is missing. */
export async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/**
 * Writes a file atomically: into a temporary file beside it, flushed, renamed, and the folder flushed.
 * Once the promise resolves, a power failure cannot undo it.
 * @throws LabError (`storage`)
 */
export async function writeWhole(
  file: string,
  write: (sink: Sink) => Promise<void>,
): Promise<void> {
  await onDisk(file, 'write the file', async () => {
    await replaceFile(file, (handle) => inBlocks(handle, write));
    await syncFolder(path.dirname(file));
  });
}

/** {@link writeWhole} of indented JSON. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  await writeWhole(file, (sink) => sink(Buffer.from(text)));
}

async function inBlocks(handle: FileHandle, write: (sink: Sink) => Promise<void>): Promise<void> {
  let pieces: Uint8Array[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    const block = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
    pieces = [];
    size = 0;
    await handle.writeFile(block);
  };
  await write(async (bytes) => {
    pieces.push(bytes);
    size += bytes.length;
    if (size >= BLOCK_BYTES) await flush();
  });
  if (size > 0) await flush();
}

/** Copies a range of a file to a sink, block by block. */
export async function copyRange(
  handle: FileHandle,
  { start, end }: { readonly start: number; readonly end: number },
  sink: Sink,
): Promise<void> {
  for (let at = start; at < end; at += BLOCK_BYTES) {
    await sink(await readRange(handle, at, Math.min(end, at + BLOCK_BYTES)));
  }
}

/** Reads a range of a file. @throws LabError (`storage`) when the file ends before it */
export async function readRange(
  handle: FileHandle,
  start: number,
  end: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  for (let at = 0; at < bytes.length;) {
    const { bytesRead } = await handle.read(bytes, at, bytes.length - at, start + at);
    if (bytesRead === 0) throw new LabError('storage', `ends before byte ${end}`);
    at += bytesRead;
  }
  return bytes;
}

/** Error codes of file systems that cannot flush folders. */
const CANNOT_SYNC_FOLDERS = ['EINVAL', 'ENOTSUP', 'EISDIR', 'EPERM', 'EBADF'];

/** Makes new and renamed entries of a folder survive a power failure, where the system supports it. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!CANNOT_SYNC_FOLDERS.some((code) => isErrorCode(error, code))) throw error;
  }
}
