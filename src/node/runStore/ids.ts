import path from 'node:path';
import { makeFolder } from '../files/folders';
import { isErrorCode } from './disk';

/** The name of a run that starts now: its UTC time, `20261123-061603`. */
export function runId(time: Date): string {
  const [date, clock] = time.toISOString().split('T');
  return `${date.replaceAll('-', '')}-${clock.slice(0, 8).replaceAll(':', '')}`;
}

/**
 * Makes the folder of a run that starts now; where another run started in the same second its name
 * ends in `-2`, `-3`, …
 * @throws LabError (`storage`)
 */
export async function makeRunFolder(runs: string, time: Date): Promise<string> {
  const id = runId(time);
  for (let n = 1; ; n++) {
    const folder = path.join(runs, n === 1 ? id : `${id}-${n}`);
    try {
      await makeFolder(folder);
      return folder;
    } catch (error) {
      if (!isErrorCode(error, 'EEXIST')) throw error;
    }
  }
}

/** Order of runs, newest first. */
export function newestFirst(a: RunTime, b: RunTime): number {
  return compare(b.startedAt, a.startedAt) || numbered.compare(b.id, a.id);
}

interface RunTime {
  readonly id: string;
  /** ISO 8601 */
  readonly startedAt: string;
}

const numbered = new Intl.Collator('en', { numeric: true });

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** ISO time of a run's name, for runs that say nothing else; empty for other names. */
export function timeOfId(id: string): string {
  const parts = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)(-\d+)?$/.exec(id);
  if (!parts) return '';
  const [, year, month, day, hours, minutes, seconds] = parts;
  return `${year}-${month}-${day}T${hours}:${minutes}:${seconds}.000Z`;
}
