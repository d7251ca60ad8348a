import { constants } from 'node:fs';
import { open, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../../core/errors';
import { isErrorCode, onDisk } from './disk';
import {
  BEAT_SECONDS,
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
 * Who writes a run is said by its lock files `lock-1.json`, `lock-2.json`, … A process takes a run over by
 * making the next one, which the file system lets only one process do, so that of two that find the same
 * dead owner only one goes on. Two that saw different locks each see the other's when they look again.
 */

/** To write over a lock: through no link that stands in its place, and without waiting for a pipe. */
const OWN_LOCK = constants.O_RDWR | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** The right to write a run, until it is released or this process ends. */
export class RunLock {
  private touched = clocks();
  private isLost = false;
  private readonly beat: NodeJS.Timeout;

  private constructor(
    private readonly folder: string,
    private readonly file: string,
    private readonly owner: Owner,
  ) {
    this.beat = setInterval(() => void this.show(), BEAT_SECONDS * 1000).unref();
  }

  /** @throws LabError (`storage`) when a living process has it, or the file system refuses */
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

  /**
   * Shows other machines that this process lives; costs nothing when called often.
   * @throws LabError (`storage`) when this process was silent for so long that another one has the run now
   */
  async touch(): Promise<void> {
    const now = clocks();
    // A clock that is set, or a machine that sleeps, moves only one of the two.
    const isDue = now.some((time, i) => Math.abs(time - this.touched[i]) >= BEAT_SECONDS * 1000);
    if (isDue) await this.show();
    if (!this.isLost) return;
    const reason =
      'was taken over by another process, as this one had not shown itself for minutes';
    throw new LabError('storage', `${reason}; it goes on there`, { file: this.folder });
  }

  /** Succeeds on a full disk, too: nothing is written. */
  async release(): Promise<void> {
    clearInterval(this.beat);
    held.delete(this.owner.token);
    await rm(this.file, { force: true }).catch(() => undefined);
  }

  /** Writes the lock anew: then its time is the file server's own, whatever the clock says here. */
  private async show(): Promise<void> {
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

/** Times of a clock that may be set, and of one that only runs. In milliseconds. */
function clocks(): readonly [number, number] {
  return [Date.now(), performance.now()];
}

/** The living process that writes a run, in words. */
export async function ownerOf(folder: string, clock: Clock = 'local'): Promise<string | undefined> {
  return livingOwner(folder, await locksIn(folder), clock);
}

/** Removes the locks of processes that are gone. */
export async function removeLocks(folder: string): Promise<void> {
  for (const { name } of await locksIn(folder)) await remove(path.join(folder, name));
}

/** What is no file stays: no process has made it. */
async function remove(lock: string): Promise<void> {
  await rm(lock, { force: true }).catch(() => undefined);
}

function busy(folder: string, owner: string): LabError {
  const advice = 'Stop that, or wait for its end; a second one would spoil the run';
  return new LabError('storage', `${owner} is writing this run. ${advice}`, { file: folder });
}
