import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { LabError } from '../../core/errors';
import { byteSize } from '../../core/byteSize';
import type { FileKind } from './fileKinds';

/*
 * All files are read by this module, since a folder may come from anywhere. It reads only regular files,
 * also through links (DVC and git-annex use them), never pipes, devices or sockets, and never more than the
 * caller allows.
 */

/** Does not wait for the other end of a pipe, or for a kernel file without data. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

const BLOCK_BYTES = 4096;

/** Bytes of one read; Node's limit is just below 2 GiB. */
const MAX_READ_BYTES = 2 ** 28;

/**
 * Opens a file for reading.
 * @throws LabError (`storage`) when it is not a regular file; file system errors
 */
export async function openRegular(file: string): Promise<FileHandle> {
  // Checked first: merely opening a device may have an effect.
  requireRegular(await stat(file), file);
  const handle = await open(file, READ);
  try {
    // Checked again: the file may have been replaced since.
    requireRegular(await handle.stat(), file);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Synchronous {@link openRegular}. @returns the descriptor, which the caller closes */
export function openRegularSync(file: string): number {
  requireRegular(statSync(file), file);
  const descriptor = openSync(file, READ);
  try {
    requireRegular(fstatSync(descriptor), file);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/**
 * Reads a whole file.
 * @throws LabError when it is not a regular file, or larger than its kind allows; file system errors
 */
export async function readRegular(file: string, kind: FileKind): Promise<Buffer> {
  const handle = await openRegular(file);
  try {
    const { size } = await handle.stat();
    const whole = new GrowingBuffer(file, kind, size);
    for (;;) {
      const { buffer, offset, length } = whole.free();
      const { bytesRead } = await handle.read(buffer, offset, length, offset);
      if (bytesRead === 0) return whole.bytes;
      whole.advance(bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/** Synchronous {@link readRegular}. */
export function readRegularSync(file: string, kind: FileKind): Buffer {
  const descriptor = openRegularSync(file);
  try {
    const whole = new GrowingBuffer(file, kind, fstatSync(descriptor).size);
    for (;;) {
      const { buffer, offset, length } = whole.free();
      const bytesRead = readSync(descriptor, buffer, offset, length, offset);
      if (bytesRead === 0) return whole.bytes;
      whole.advance(bytesRead);
    }
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Holds a file that may turn out larger than its reported size: it may grow while it is read, and kernel
 * files report no size.
 */
class GrowingBuffer {
  private buffer: Buffer;
  private length = 0;

  constructor(
    private readonly file: string,
    private readonly kind: FileKind,
    size: number,
  ) {
    if (size > kind.most) throw tooLarge(file, kind, `it has ${byteSize(size)}`);
    // One extra byte detects the end; kernel files are read in blocks.
    this.buffer = Buffer.allocUnsafe(Math.min(Math.max(size + 1, BLOCK_BYTES), kind.most + 1));
  }

  get bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  /** The free part of the buffer. @throws LabError when the file exceeds the limit */
  free(): { readonly buffer: Buffer; readonly offset: number; readonly length: number } {
    const { file, kind, length: offset } = this;
    if (offset > kind.most) throw tooLarge(file, kind, 'it is longer than that');
    if (offset === this.buffer.length) {
      const larger = Buffer.allocUnsafe(Math.min(2 * offset, kind.most + 1));
      this.buffer.copy(larger);
      this.buffer = larger;
    }
    return {
      buffer: this.buffer,
      offset,
      length: Math.min(MAX_READ_BYTES, this.buffer.length - offset),
    };
  }

  advance(bytes: number): void {
    this.length += bytes;
  }
}

/** The error for a file that is larger than its kind allows. @param found its size, in words */
export function tooLarge(file: string, { what, most }: FileKind, found: string): LabError {
  return new LabError(
    'invalid-input',
    `is too large: ${found}; of ${what}, at most ${byteSize(most)} are read`,
    { file },
  );
}

/** @throws LabError (`storage`) that says what it is instead of a regular file */
export function requireRegular(found: Stats, file: string, doing = 'read the file'): void {
  if (found.isFile()) return;
  const what = found.isDirectory()
    ? 'a folder'
    : found.isFIFO()
      ? 'a named pipe'
      : found.isSocket()
        ? 'a socket'
        : 'a device';
  throw new LabError('storage', `cannot ${doing}: this is ${what}, not a file`, { file });
}
