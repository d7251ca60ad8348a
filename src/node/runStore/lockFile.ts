import { randomUUID } from 'node:crypto';
import { constants, lstat, open, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { isErrorCode, unlessMissing } from './disk';
import {
  processSchema,
  stateOfProcess,
  thisIdentity,
  type ProcessIdentity,
} from './processIdentity';
import { TEMPORARY } from './paths';

const LOCK_FILE = /^lock-(\d{1,9})\.json$/;
const HIGHEST = 999_999_999;

const MAX_BYTES = 4096;
/** An empty lock is being written, or its process has just died. */
const UNWRITTEN_SECONDS = 2;
/** How often a live owner rewrites its lock. */
export const HEARTBEAT_SECONDS = 20;
/** After how long a silent owner on another machine counts as dead; file servers may lag by a minute. */
const SILENT_SECONDS = 180;
/** The same for earlier versions, which rewrote their locks only when they wrote results. */
const SILENT_BEFORE_SECONDS = 600;

const ownerSchema = processSchema.extend({
  /** ISO 8601; only for people. */
  since: z.iso.datetime(),
  token: z.string(),
});
export type Owner = Readonly<z.output<typeof ownerSchema>>;

/** Tokens of locks that this process holds; the process id alone does not exclude a stale lock. */
export const held = new Set<string>();

/**
 * The clock that measures the age of locks. `file system` is the same for all machines that share it, but
 * needs a temporary file; `local` writes nothing.
 */
export type Clock = 'file system' | 'local';

/** A lock file of a folder. */
export interface LockFile {
  readonly name: string;
  readonly number: number;
}

/** All of them, the highest number last. */
export async function locksIn(folder: string): Promise<LockFile[]> {
  const names = await readdir(folder);
  return names
    .flatMap((name) => {
      const number = LOCK_FILE.exec(name)?.[1];
      return number === undefined ? [] : [{ name, number: Number(number) }];
    })
    .sort((a, b) => a.number - b.number);
}

/** The name of the next lock; the same for all processes that see the same locks. */
export function nextName(locks: readonly LockFile[]): string {
  let number = (locks.at(-1)?.number ?? 0) + 1;
  if (number > HIGHEST) {
    const taken = new Set(locks.map((lock) => lock.number));
    for (number = 1; taken.has(number);) number++;
  }
  return `lock-${number}.json`;
}

/** A lock of this process. */
export async function newOwner(): Promise<Owner> {
  return { ...(await thisIdentity()), since: new Date().toISOString(), token: randomUUID() };
}

export function textOf(owner: Owner): string {
  return `${JSON.stringify(owner)}\n`;
}

/** Creates a file that must not exist yet. */
export async function create(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    if (!isErrorCode(error, 'EEXIST')) await rm(file, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** The live process that holds one of these locks, in words. */
export async function livingOwner(
  folder: string,
  locks: readonly LockFile[],
  clock: Clock,
): Promise<string | undefined> {
  for (const { name } of [...locks].reverse()) {
    const owner = await livingOwnerOf(path.join(folder, name), clock);
    if (owner !== undefined) return owner;
  }
  return undefined;
}

async function livingOwnerOf(file: string, clock: Clock): Promise<string | undefined> {
  const found = await unlessMissing(readLock(file));
  if (!found) return undefined;
  const { owner, stats } = found;
  const silence = async (): Promise<number> => secondsSince(stats, await now(file, clock));
  if (!owner) {
    // Anything but a file was not created as a lock.
    const isBeingWritten = stats.isFile && (await silence()) < UNWRITTEN_SECONDS;
    return isBeingWritten ? 'another process' : undefined;
  }
  const words = `process ${owner.pid} on ${owner.host}`;
  if (owner.pid === process.pid && isOfThisProcess(owner, await thisIdentity())) {
    return held.has(owner.token) ? words : undefined;
  }
  const state = await stateOfProcess(owner);
  if (state !== 'unknown') return state === 'alive' ? words : undefined;
  const [silent, timeout] = [await silence(), timeoutOf(owner)];
  if (silent > timeout) return undefined;
  // A user who knows that the process is dead needs to know how long to wait.
  return `${words} (last seen ${Math.round(silent)} s ago; considered dead after ${Math.round(timeout)} s)`;
}

function isOfThisProcess(owner: Owner, self: ProcessIdentity): boolean {
  const { start = self.start, boot = self.boot, namespace = self.namespace, host } = owner;
  const same = start === self.start && boot === self.boot && namespace === self.namespace;
  return same && (typeof owner.boot === 'string' || host === self.host);
}

/** Seconds of silence after which an owner on another machine counts as dead. */
function timeoutOf({ host, boot }: Owner): number {
  const most = boot === undefined ? SILENT_BEFORE_SECONDS : SILENT_SECONDS;
  if (host !== hostname()) return most;
  // If the machine has restarted since the last heartbeat, the process is dead.
  return Math.min(most, Math.max(uptime(), 3 * HEARTBEAT_SECONDS));
}

interface LockTimes {
  readonly isFile: boolean;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** Reads a lock, if it is one; follows no link and does not wait for a pipe. */
async function readLock(file: string): Promise<{ owner?: Owner; stats: LockTimes }> {
  const { mtimeMs, ctimeMs, ...stats } = await lstat(file);
  const times = { isFile: stats.size <= MAX_BYTES && isRegular(stats.mode), mtimeMs, ctimeMs };
  if (!times.isFile) return { stats: times };
  // Windows has neither flag.
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
  const handle = await open(file, (O_RDONLY ?? 0) | O_NOFOLLOW | O_NONBLOCK);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_BYTES), 0, MAX_BYTES, 0);
    return { owner: parseOwner(buffer.toString('utf8', 0, bytesRead)), stats: times };
  } finally {
    await handle.close();
  }
}

function isRegular(mode: number): boolean {
  return (mode & constants.S_IFMT) === constants.S_IFREG;
}

function parseOwner(text: string): Owner | undefined {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** A modification time in the future was set by hand or by a wrong clock: then the change time counts. */
function secondsSince({ mtimeMs, ctimeMs }: LockTimes, at: number): number {
  return Math.max(0, at - (mtimeMs <= at ? mtimeMs : ctimeMs)) / 1000;
}

async function now(file: string, clock: Clock): Promise<number> {
  if (clock === 'local') return Date.now();
  const probe = path.join(path.dirname(file), `lock-probe-${randomUUID()}${TEMPORARY}`);
  try {
    await create(probe, '');
    return (await lstat(probe)).mtimeMs;
  } catch {
    // The folder is not writable.
    return Date.now();
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}
