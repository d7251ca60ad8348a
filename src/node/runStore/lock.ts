import { randomUUID } from 'node:crypto';
import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { LabError } from '../../core/errors';
import { FILE_KINDS } from '../fileKinds';
import { readText } from '../files';
import { isErrorCode, onDisk, unlessMissing } from './disk';

/*
 * Who writes a run is said by its lock files `lock-1.json`, `lock-2.json`, …: the one with the highest
 * number counts. A process takes a run over by making the next one, which the file system lets only
 * one process do, so that of two that find the same dead owner only one goes on.
 */
const LOCK_FILE = /^lock-(\d+)\.json$/;

/** A lock that says nothing is being written, or its process died just then. */
const UNWRITTEN_SECONDS = 2;
/** How long the process of another machine may be silent. */
const SILENT_SECONDS = 600;
const TOUCH_SECONDS = 20;
/** Clocks and the time since the machine started are not exact. */
const BOOT_TOLERANCE_SECONDS = 60;

const ownerSchema = z.object({
  pid: z.int().positive(),
  host: z.string(),
  /** ISO 8601 */
  since: z.iso.datetime(),
  token: z.string(),
});
type Owner = z.output<typeof ownerSchema>;

/** Locks of this process: its id alone would not say whether a lock is of an earlier, failed use. */
const held = new Set<string>();

/** The right to write a run, until it is released or this process ends. */
export class RunLock {
  private touched = Date.now();

  private constructor(
    private readonly file: string,
    private readonly token: string,
  ) {}

  /** @throws LabError (`storage`) when a living process has it, or the file system refuses */
  static async take(folder: string): Promise<RunLock> {
    const locks = await onDisk(folder, 'lock the run', () => locksIn(folder));
    const newest = locks.at(-1);
    const owner = newest && (await livingOwner(path.join(folder, newest.name)));
    if (owner) throw busy(folder, owner);
    const file = path.join(folder, `lock-${(newest?.number ?? 0) + 1}.json`);
    const token = randomUUID();
    const self: Owner = {
      pid: process.pid,
      host: hostname(),
      since: new Date().toISOString(),
      token,
    };
    held.add(token);
    try {
      await onDisk(file, 'lock the run', () => create(file, `${JSON.stringify(self)}\n`));
      for (const { name } of locks) await rm(path.join(folder, name), { force: true });
    } catch (error) {
      held.delete(token);
      throw isErrorCode(error, 'EEXIST') ? busy(folder, 'another process') : error;
    }
    return new RunLock(file, token);
  }

  /**
   * Takes the lock for work that hands it on; where the work fails, it is released.
   * @throws LabError as {@link take} does, and what the work throws
   */
  static async during<T>(folder: string, work: (lock: RunLock) => Promise<T>): Promise<T> {
    const lock = await RunLock.take(folder);
    try {
      return await work(lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Shows other machines that this process lives; costs nothing when called often. */
  async touch(): Promise<void> {
    const now = Date.now();
    if (now - this.touched < TOUCH_SECONDS * 1000) return;
    this.touched = now;
    await utimes(this.file, now / 1000, now / 1000).catch(() => undefined);
  }

  /** Succeeds on a full disk, too: nothing is written. */
  async release(): Promise<void> {
    held.delete(this.token);
    await rm(this.file, { force: true }).catch(() => undefined);
  }
}

/** The living process that writes a run, in words. */
export async function ownerOf(folder: string): Promise<string | undefined> {
  const newest = (await locksIn(folder)).at(-1);
  return newest && livingOwner(path.join(folder, newest.name));
}

/** Removes the locks of processes that are gone. */
export async function removeLocks(folder: string): Promise<void> {
  for (const { name } of await locksIn(folder)) await rm(path.join(folder, name), { force: true });
}

function busy(folder: string, owner: string): LabError {
  const advice = 'Stop that, or wait for its end; a second one would spoil the run';
  return new LabError('storage', `${owner} is writing this run. ${advice}`, { file: folder });
}

async function locksIn(folder: string): Promise<{ name: string; number: number }[]> {
  const names = await readdir(folder);
  return names
    .flatMap((name) => {
      const number = LOCK_FILE.exec(name)?.[1];
      return number === undefined ? [] : [{ name, number: Number(number) }];
    })
    .sort((a, b) => a.number - b.number);
}

/** Makes a file that must not be there yet. */
async function create(file: string, text: string): Promise<void> {
  try {
    // Exclusive: nothing that is there is written to, a link least of all.
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    if (!isErrorCode(error, 'EEXIST')) await rm(file, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function livingOwner(file: string): Promise<string | undefined> {
  const found = await unlessMissing(Promise.all([readText(file, FILE_KINDS.lock), stat(file)]));
  if (!found) return undefined;
  const [text, { mtimeMs }] = found;
  const silent = (Date.now() - mtimeMs) / 1000;
  const owner = parseOwner(text);
  if (!owner) return silent < UNWRITTEN_SECONDS ? 'another process' : undefined;
  const { pid, host } = owner;
  const alive = host === hostname() ? isAliveHere(owner) : silent < SILENT_SECONDS;
  return alive ? `process ${pid} on ${host}` : undefined;
}

function parseOwner(text: string): Owner | undefined {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function isAliveHere({ pid, since, token }: Owner): boolean {
  if (pid === process.pid) return held.has(token);
  // After a restart of the machine the number may belong to another process.
  const booted = Date.now() - (uptime() + BOOT_TOLERANCE_SECONDS) * 1000;
  if (Date.parse(since) < booted) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It exists, but belongs to another user.
    return isErrorCode(error, 'EPERM');
  }
}
