import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import { z } from 'zod';
import { isErrorCode } from './disk';

/**
 * What tells a process from all others. A process id alone does not: after its process is gone, another
 * one gets it, and another machine, container or boot has a process of the same id. What a system does not
 * tell is null; locks that earlier versions wrote lack it.
 */
export const processSchema = z.object({
  pid: z.int().positive(),
  host: z.string(),
  /** When the process started, in whatever words the system says it; never compared with a clock. */
  start: z.string().nullish(),
  /** Which boot of which kernel it runs on: the containers of one machine have this in common. */
  boot: z.string().nullish(),
  /** Within which its process id holds. */
  namespace: z.string().nullish(),
});
export type ProcessIdentity = Readonly<z.output<typeof processSchema>>;

/** Whether a process lives; `unknown` where this one has no means to see it. */
export type ProcessState = 'alive' | 'dead' | 'unknown';

let identity: Promise<ProcessIdentity> | undefined;

/** This process. */
export function thisIdentity(): Promise<ProcessIdentity> {
  return (identity ??= identify());
}

async function identify(): Promise<ProcessIdentity> {
  const { pid } = process;
  const start = await startOf(pid);
  return {
    pid,
    host: hostname(),
    start: typeof start === 'object' ? start.at : null,
    boot: await bootOf(),
    namespace: await namespaceOf(),
  };
}

/** Whether a process lives, as far as this process can see. */
export async function stateOfProcess(owner: ProcessIdentity): Promise<ProcessState> {
  if (!isVisible(owner, await thisIdentity())) return 'unknown';
  if (!isThere(owner.pid)) return 'dead';
  const start = await startOf(owner.pid);
  if (start === 'gone') return 'dead';
  if (start === 'unknown' || typeof owner.start !== 'string') return 'unknown';
  return start.at === owner.start ? 'alive' : 'dead';
}

/** Whether two processes run on the same kernel and count processes alike. */
function isVisible(owner: ProcessIdentity, here: ProcessIdentity): boolean {
  const { boot, namespace, host } = owner;
  // Names of machines may be those of others: they count only where the system says nothing better.
  if (typeof boot !== 'string' || typeof here.boot !== 'string') return host === here.host;
  return boot === here.boot && (namespace ?? null) === (here.namespace ?? null);
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It exists, but belongs to another user.
    return isErrorCode(error, 'EPERM');
  }
}

/** When a process started, or that it is gone, or that this cannot be known. */
type Start = { readonly at: string } | 'gone' | 'unknown';

async function startOf(pid: number): Promise<Start> {
  if (process.platform === 'linux') return startInProc(pid);
  // Windows tells it to nobody but slow helpers: there the lock's age decides.
  return process.platform === 'win32' ? 'unknown' : startByPs(pid);
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: the state is field 3, the start field 22. */
const STATE_FIELD = 3;
const START_FIELD = 22;
/** A process that has ended and waits for its parent to take note, and one that is being taken down. */
const ENDED = ['Z', 'X', 'x'];

async function startInProc(pid: number): Promise<Start> {
  try {
    // In a new namespace of process ids /proc may still be that of the old one.
    if ((await readlink('/proc/self')) !== String(process.pid)) return 'unknown';
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in brackets, and may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state, at] = [STATE_FIELD, START_FIELD].map((n) => fields[n - 3]);
    if (ENDED.includes(state)) return 'gone';
    return /^\d+$/.test(at) ? { at } : 'unknown';
  } catch {
    // Gone this moment, or hidden from this user.
    return 'unknown';
  }
}

const run = promisify(execFile);

/** As macOS and the BSDs tell it, to the second. */
export async function startByPs(pid: number): Promise<Start> {
  try {
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
    const { stdout } = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { env });
    const [, state, at] = /^\s*(\S+)\s+(.+?)\s*$/.exec(stdout) ?? [];
    if (state === undefined) return 'unknown';
    return state.startsWith('Z') ? 'gone' : { at };
  } catch {
    return 'unknown';
  }
}

async function bootOf(): Promise<string | null> {
  if (process.platform === 'linux') return textOf('/proc/sys/kernel/random/boot_id');
  if (process.platform !== 'darwin') return null;
  return run('sysctl', ['-n', 'kern.bootsessionuuid']).then(
    ({ stdout }) => stdout.trim() || null,
    () => null,
  );
}

async function namespaceOf(): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  return readlink('/proc/self/ns/pid').catch(() => null);
}

function textOf(file: string): Promise<string | null> {
  return readFile(file, 'utf8').then(
    (text) => text.trim() || null,
    () => null,
  );
}
