import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { LabError } from '../../core/errors';
import { bytesInWords, type FileKind } from './fileKinds';

/*
 * Whatever a folder holds may come from elsewhere. All reading begins here: of regular files only, through
 * links too (DVC and git-annex keep data behind them), never of a pipe, a device or a socket, and never
 * more of it than the caller allows.
 */

/** Never waits for the other end of a pipe, nor for a file of the kernel without data. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

const BLOCK_BYTES = 4096;

/** Bytes: Node reads less than 2 GiB in one go. */
const MAX_AT_ONCE = 2 ** 28;

/**
 * Opens a file for reading.
 * @throws LabError (`storage`) when it is no regular file; what the file system throws
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

/** {@link openRegular} for callers that cannot wait. @returns the descriptor, to be closed */
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
 * @throws LabError when it is no regular file, or larger than its kind may be; what the file system throws
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

/** {@link readRegular} for callers that cannot wait. */
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
 * The bytes of a file that may have more of them than it said: it grows while it is read, or it is one of
 * the kernel's, which say nothing of their size.
 */
class GrowingBuffer {
  private buffer: Buffer;
  private length = 0;

  constructor(
    private readonly file: string,
    private readonly kind: FileKind,
    size: number,
  ) {
    if (size > kind.most) throw tooLarge(file, kind, `it has ${bytesInWords(size)}`);
    // One byte more shows the end; files of the kernel are read in blocks.
    this.buffer = Buffer.allocUnsafe(Math.min(Math.max(size + 1, BLOCK_BYTES), kind.most + 1));
  }

  get bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  /** Where the next bytes go. @throws LabError when there are too many already */
  free(): { readonly buffer: Buffer; readonly offset: number; readonly length: number } {
    const { file, kind, length: offset } = this;
    if (offset > kind.most) throw tooLarge(file, kind, 'it goes on after that');
    if (offset === this.buffer.length) {
      const larger = Buffer.allocUnsafe(Math.min(2 * offset, kind.most + 1));
      this.buffer.copy(larger);
      this.buffer = larger;
    }
    return {
      buffer: this.buffer,
      offset,
      length: Math.min(MAX_AT_ONCE, this.buffer.length - offset),
    };
  }

  advance(bytes: number): void {
    this.length += bytes;
  }
}

/** The error for a file that is larger than its kind may be. @param found how large it is, in words */
export function tooLarge(file: string, { what, most }: FileKind, found: string): LabError {
  return new LabError(
    'invalid-input',
    `is too large: ${found}; of ${what}, at most ${bytesInWords(most)} are read`,
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
