import { createHash, randomBytes } from 'node:crypto';
import { constants, readFileSync, readlinkSync } from 'node:fs';
import { open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { threadId } from 'node:worker_threads';
import { LabError } from '../../core/errors';
import { requireRegular } from './regularFile';

/*
 * All files are written by this module, never through a link: a file is created, or written beside the old
 * one under a unique, unguessable name and then renamed over it.
 */

const NO_LINK = constants.O_NOFOLLOW ?? 0;
const NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_LINK;
const APPEND =
  constants.O_WRONLY |
  constants.O_CREAT |
  constants.O_APPEND |
  NO_LINK |
  (constants.O_NONBLOCK ?? 0);

/** Creates a file that must not exist yet, not even as a link. @throws file system errors */
export function openNew(file: string): Promise<FileHandle> {
  return open(file, NEW);
}

/** Writes a new file, after removing an old one. @throws file system errors */
export async function writeNew(file: string, bytes: Uint8Array): Promise<void> {
  // Of a link, this removes only the link.
  await rm(file, { force: true });
  await writeAndClose(await openNew(file), bytes);
}

/**
 * Opens a file for appending; creates it if needed.
 * @throws LabError (`storage`) when it is a link or not a regular file; file system errors
 */
export async function openToAppend(file: string): Promise<FileHandle> {
  const handle = await open(file, APPEND).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ELOOP') throw error;
    throw new LabError(
      'storage',
      'cannot write the file: this is a link, and nothing is written through links; put the file itself here',
      { file },
      { cause: error },
    );
  });
  try {
    requireRegular(await handle.stat(), file, 'write the file');
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Appends bytes to a file. @throws as {@link openToAppend} does */
export async function appendBytes(file: string, bytes: Uint8Array): Promise<void> {
  await writeAndClose(await openToAppend(file), bytes);
}

async function writeAndClose(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  try {
    await handle.writeFile(bytes);
  } finally {
    await handle.close();
  }
}

/**
 * Writes a file atomically: into a temporary file beside it, flushed, then renamed. Replaces a link by the
 * file.
 * @throws file system errors
 */
export async function replaceFile(
  file: string,
  write: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  await requireReplaceable(file);
  const folder = path.resolve(path.dirname(file));
  await removeLeftovers(folder);
  const temporary = path.join(folder, temporaryName(path.basename(file)));
  own.add(temporary);
  try {
    const handle = await openNew(temporary);
    try {
      await write(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  } finally {
    own.delete(temporary);
  }
}

/** Refuses to replace a device such as /dev/null by a file. */
async function requireReplaceable(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found) requireRegular(found, file, 'write the file');
}

/** Temporary files that this thread is writing. */
const own = new Set<string>();

/** `<file>.<process>-<thread>-<machine>-<random>.tmp` */
const TEMPORARY_NAME = /\.(\d+)-(\d+)-([0-9a-f]{8})-[0-9a-f]{16}\.tmp$/;

/** Leaves room for the suffix: most file systems limit names to 255 bytes. */
const MAX_STEM_BYTES = 180;

function temporaryName(name: string): string {
  const stem = Buffer.byteLength(name) > MAX_STEM_BYTES ? 'file' : name;
  const random = randomBytes(8).toString('hex');
  return `${stem}.${process.pid}-${threadId}-${machine()}-${random}.tmp`;
}

let machineName: string | undefined;

/** Identifies the scope of process ids: this machine since its boot, or this container. */
function machine(): string {
  return (machineName ??= createHash('sha256')
    .update([hostname(), bootId(), namespace()].join('\n'))
    .digest('hex')
    .slice(0, 8));
}

function bootId(): string {
  try {
    // A kernel file of 37 bytes.
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
  } catch {
    return '';
  }
}

function namespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** After this silence, a process on another machine counts as dead. */
const SILENT_MS = 600_000;

/** Whether a file is a temporary file of a dead process. @param file its absolute path */
export async function isLeftover(file: string): Promise<boolean> {
  const parts = TEMPORARY_NAME.exec(path.basename(file));
  if (!parts) return false;
  const [, pid, thread, where] = parts;
  if (where !== machine()) {
    const found = await stat(file).catch(() => undefined);
    return found !== undefined && Date.now() - found.mtimeMs > SILENT_MS;
  }
  if (Number(pid) !== process.pid) return !isAlive(Number(pid));
  return Number(thread) === threadId && !own.has(file);
}

/** Whether this is the name of a temporary file of any process. */
export function isTemporary(name: string): boolean {
  return TEMPORARY_NAME.test(name);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process exists, but belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Folders that this process has already searched. */
const swept = new Set<string>();

/** Removes temporary files that killed processes left in a folder, where possible. */
async function removeLeftovers(folder: string): Promise<void> {
  if (swept.has(folder)) return;
  swept.add(folder);
  for (const name of await readdir(folder).catch(() => [])) {
    const file = path.join(folder, name);
    if (await isLeftover(file)) await rm(file, { force: true }).catch(() => undefined);
  }
}
