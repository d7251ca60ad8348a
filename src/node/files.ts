import { access, constants, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { invalid, LabError } from '../core/errors';

const EXPLANATIONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'this is a folder, not a file',
  EEXIST: 'something of this name is there already',
  ENOTEMPTY: 'the folder is not empty',
  EMFILE: 'too many files are open',
};

/** What the file system said, in plain words, with the path. */
export function storageError(error: unknown, file: string, doing: string): LabError {
  if (error instanceof LabError) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  const explanation =
    EXPLANATIONS[code] ?? (error instanceof Error ? error.message : String(error));
  return new LabError('storage', `cannot ${doing}: ${explanation}`, { file }, { cause: error });
}

/** @throws LabError (`storage`) naming the file */
export async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw storageError(error, file, 'read the file');
  }
}

/** @throws LabError naming the file, when it cannot be read or is not UTF-8 */
export async function readText(file: string): Promise<string> {
  const bytes = await readBytes(file);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw invalid('this is no text in UTF-8', { file });
  }
}

/**
 * Makes a folder, and those it is in, where it is not there yet.
 * @throws LabError (`storage`) naming the folder, also when nothing can be written into it
 */
export async function makeWritableFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw storageError(error, folder, 'write into the folder');
  }
}

/**
 * Writes a file as a whole or not at all: into a temporary file beside it, flushed, then renamed.
 * @throws LabError (`storage`) naming the file
 */
export async function writeFileAtomic(file: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${file}.tmp`;
  try {
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw storageError(error, file, 'write the file');
  }
}
