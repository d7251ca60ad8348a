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

/** No lock is longer. */
const MAX_BYTES = 4096;
/** A lock that says nothing is being written, or its process died just then. */
const UNWRITTEN_SECONDS = 2;
/** How often a living owner touches its lock. */
export const BEAT_SECONDS = 20;
/** How long an owner that cannot be seen may be silent; file servers may show a touch a minute late. */
const SILENT_SECONDS = 180;
/** The same for earlier versions, which touched their locks only when there was something to write. */
const SILENT_BEFORE_SECONDS = 600;

const ownerSchema = processSchema.extend({
  /** ISO 8601; for people. */
  since: z.iso.datetime(),
  token: z.string(),
});
export type Owner = Readonly<z.output<typeof ownerSchema>>;

/** Locks of this process: its id alone would not say whether a lock is of an earlier, failed use. */
export const held = new Set<string>();

/**
 * The clock that ages of locks are taken by. That of the file system is right for all machines that share
 * it, and is asked by a file that is made for the purpose; whoever only looks has the local one.
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

/** The name that the next lock gets. Whoever sees the same locks finds the same name. */
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

/** Makes a file that must not be there yet. */
export async function create(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    if (!isErrorCode(error, 'EEXIST')) await rm(file, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** The living process that has one of these locks, in words. */
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
    // What is no file was never written by a process that would take the lock.
    const isBeingWritten = stats.isFile && (await silence()) < UNWRITTEN_SECONDS;
    return isBeingWritten ? 'another process' : undefined;
  }
  const words = `process ${owner.pid} on ${owner.host}`;
  if (owner.pid === process.pid && isOfThisProcess(owner, await thisIdentity())) {
    return held.has(owner.token) ? words : undefined;
  }
  const state = await stateOfProcess(owner);
  if (state !== 'unknown') return state === 'alive' ? words : undefined;
  const [silent, patience] = [await silence(), patienceWith(owner)];
  if (silent > patience) return undefined;
  // Whoever knows better needs to know how long that lasts.
  return `${words} (last seen ${Math.round(silent)} s ago; taken for gone after ${Math.round(patience)} s)`;
}

function isOfThisProcess(owner: Owner, self: ProcessIdentity): boolean {
  const { start = self.start, boot = self.boot, namespace = self.namespace, host } = owner;
  const same = start === self.start && boot === self.boot && namespace === self.namespace;
  return same && (typeof owner.boot === 'string' || host === self.host);
}

/** For how many seconds an owner that cannot be seen may be silent. */
function patienceWith({ host, boot }: Owner): number {
  const most = boot === undefined ? SILENT_BEFORE_SECONDS : SILENT_SECONDS;
  if (host !== hostname()) return most;
  // On a machine that was started again since the last touch, its process is gone.
  return Math.min(most, Math.max(uptime(), 3 * BEAT_SECONDS));
}

interface LockTimes {
  readonly isFile: boolean;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** What a lock says, if it says anything; whatever stands in its place is never followed or waited for. */
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

/** A time that is still to come was set by hand or by a wrong clock: then the last change of any kind counts. */
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
    // Nothing can be written here, so nothing can be asked.
    return Date.now();
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}
