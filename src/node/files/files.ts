import type { FileHandle } from 'node:fs/promises';
import { invalid } from '../../core/errors';
import { Stopped } from '../../core/stop';
import type { FileKind } from './fileKinds';
import { replaceFile } from './newFile';
import { readRegular } from './regularFile';
import { storageError } from './storageError';

/** @throws LabError naming the file, when it cannot be read or is larger than its kind may be */
export async function readBytes(file: string, kind: FileKind): Promise<Uint8Array> {
  try {
    return await readRegular(file, kind);
  } catch (error) {
    throw storageError(error, file, 'read the file');
  }
}

/** @throws LabError as {@link readBytes} does, and when it is not UTF-8 */
export async function readText(file: string, kind: FileKind): Promise<string> {
  const bytes = await readBytes(file, kind);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw invalid('not valid UTF-8', { file });
  }
}

/**
 * Writes a file atomically: into a temporary file beside it, flushed, then renamed.
 * @param content the content, or a function that writes it
 * @throws LabError (`storage`) naming the file; Stopped as `content` does
 */
export async function writeFileAtomic(
  file: string,
  content: Uint8Array | string | ((handle: FileHandle) => Promise<void>),
): Promise<void> {
  try {
    await replaceFile(
      file,
      typeof content === 'function' ? content : (handle) => handle.writeFile(content),
    );
  } catch (error) {
    if (error instanceof Stopped) throw error;
    throw storageError(error, file, 'write the file');
  }
}
