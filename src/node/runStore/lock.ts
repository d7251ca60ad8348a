import { constants } from 'node:fs';
import { open, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../../core/errors';
import { isErrorCode, onDisk } from './disk';
import {
  HEARTBEAT_SECONDS,
  create,
  held,
  livingOwner,
  locksIn,
  newOwner,
  nextName,
  textOf,
  type Clock,
  type Owner,
} from './lockFile';

/*
 * The lock files `lock-1.json`, `lock-2.json`, … name the process that writes a run. A process takes over a
 * run by creating the next one. The file system lets only one process do so: of two that find the same dead
 * owner, only one wins. Two that saw different locks each find the other's when they check again.
 */

/** Flags to overwrite a lock: follows no link, and does not wait for a pipe. */
const OWN_LOCK = constants.O_RDWR | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** The exclusive right to write a run, until it is released or this process ends. */
export class RunLock {
  private touched = clocks();
  private isLost = false;
  private readonly beat: NodeJS.Timeout;

  private constructor(
    private readonly folder: string,
    private readonly file: string,
    private readonly owner: Owner,
  ) {
    this.beat = setInterval(() => void this.heartbeat(), HEARTBEAT_SECONDS * 1000).unref();
  }

  /** @throws LabError (`storage`) when a live process holds it, or the file system refuses */
  static async take(folder: string): Promise<RunLock> {
    const locks = await onDisk(folder, 'lock the run', () => locksIn(folder));
    const other = await livingOwner(folder, locks, 'file system');
    if (other !== undefined) throw busy(folder, other);
    const name = nextName(locks);
    const file = path.join(folder, name);
    const owner = await newOwner();
    held.add(owner.token);
    try {
      await onDisk(file, 'lock the run', () => create(file, textOf(owner)));
    } catch (error) {
      held.delete(owner.token);
      throw isErrorCode(error, 'EEXIST') ? busy(folder, 'another process') : error;
    }
    const lock = new RunLock(folder, file, owner);
    try {
      await lock.removeOthers(name);
    } catch (error) {
      await lock.release();
      throw error;
    }
    return lock;
  }

  /**
   * Takes the lock for work that keeps it; releases it if the work fails.
   * @throws LabError as {@link take} does, and whatever the work throws
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

  /**
   * Shows other machines that this process is alive; cheap to call often.
   * @throws LabError (`storage`) when another process has taken over the run after a long silence
   */
  async touch(): Promise<void> {
    const now = clocks();
    // Setting the clock or suspending the machine moves only one of the two.
    const isDue = now.some(
      (time, i) => Math.abs(time - this.touched[i]) >= HEARTBEAT_SECONDS * 1000,
    );
    if (isDue) await this.heartbeat();
    if (!this.isLost) return;
    const reason =
      'was taken over by another process, because this one gave no sign of life for minutes';
    throw new LabError('storage', `${reason}; the run continues there`, { file: this.folder });
  }

  /** Succeeds even on a full disk: nothing is written. */
  async release(): Promise<void> {
    clearInterval(this.beat);
    held.delete(this.owner.token);
    await rm(this.file, { force: true }).catch(() => undefined);
  }

  /** Rewrites the lock, so that its time comes from the file server's clock, not from this machine's. */
  private async heartbeat(): Promise<void> {
    this.touched = clocks();
    try {
      const handle = await open(this.file, OWN_LOCK);
      try {
        await handle.write(textOf(this.owner), 0);
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (isErrorCode(error, 'ENOENT')) this.isLost = true;
      const now = Date.now() / 1000;
      if (!this.isLost) await utimes(this.file, now, now).catch(() => undefined);
    }
  }

  private async removeOthers(own: string): Promise<void> {
    const others = (await locksIn(this.folder)).filter(({ name }) => name !== own);
    const living = await livingOwner(this.folder, others, 'file system');
    if (living !== undefined) throw busy(this.folder, living);
    for (const { name } of others) await remove(path.join(this.folder, name));
  }
}

/** Milliseconds of a clock that may be set, and of a monotonic one. */
function clocks(): readonly [number, number] {
  return [Date.now(), performance.now()];
}

/** The live process that writes a run, in words. */
export async function ownerOf(folder: string, clock: Clock = 'local'): Promise<string | undefined> {
  return livingOwner(folder, await locksIn(folder), clock);
}

/** Removes the locks of dead processes. */
export async function removeLocks(folder: string): Promise<void> {
  for (const { name } of await locksIn(folder)) await remove(path.join(folder, name));
}

/** Leaves anything that is not a file: no process has created it as a lock. */
async function remove(lock: string): Promise<void> {
  await rm(lock, { force: true }).catch(() => undefined);
}

function busy(folder: string, owner: string): LabError {
  const advice = 'Stop it or wait until it ends: two writers would damage the run';
  return new LabError('storage', `${owner} is writing this run. ${advice}`, { file: folder });
}
