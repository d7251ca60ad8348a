import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import { z } from 'zod';
import { isErrorCode } from './disk';

/**
 * Identifies a process. A process id alone does not: it is reused, and another machine, container or boot
 * has a process of the same id. Fields that the system does not provide are null; locks of earlier versions
 * lack them.
 */
export const processSchema = z.object({
  pid: z.int().positive(),
  host: z.string(),
  /** Start time in the system's own format; compared only for equality. */
  start: z.string().nullish(),
  /** Id of the kernel's boot; shared by all containers of a machine. */
  boot: z.string().nullish(),
  /** Namespace of the process id. */
  namespace: z.string().nullish(),
});
export type ProcessIdentity = Readonly<z.output<typeof processSchema>>;

/** `unknown`: not visible from this process. */
export type ProcessState = 'alive' | 'dead' | 'unknown';

let identity: Promise<ProcessIdentity> | undefined;

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

/** Whether a process is alive, as far as this process can see. */
export async function stateOfProcess(owner: ProcessIdentity): Promise<ProcessState> {
  if (!isVisible(owner, await thisIdentity())) return 'unknown';
  if (!isThere(owner.pid)) return 'dead';
  const start = await startOf(owner.pid);
  if (start === 'gone') return 'dead';
  if (start === 'unknown' || typeof owner.start !== 'string') return 'unknown';
  return start.at === owner.start ? 'alive' : 'dead';
}

/** Whether two processes share a kernel and a process id namespace. */
function isVisible(owner: ProcessIdentity, here: ProcessIdentity): boolean {
  const { boot, namespace, host } = owner;
  // Host names are not unique: they count only where the system provides nothing better.
  if (typeof boot !== 'string' || typeof here.boot !== 'string') return host === here.host;
  return boot === here.boot && (namespace ?? null) === (here.namespace ?? null);
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process exists, but belongs to another user.
    return isErrorCode(error, 'EPERM');
  }
}

type Start = { readonly at: string } | 'gone' | 'unknown';

async function startOf(pid: number): Promise<Start> {
  if (process.platform === 'linux') return startInProc(pid);
  // On Windows only slow helper programs provide it: there the lock's age decides.
  return process.platform === 'win32' ? 'unknown' : startByPs(pid);
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: the state is field 3, the start field 22. */
const STATE_FIELD = 3;
const START_FIELD = 22;
/** Zombie and dead. */
const ENDED = ['Z', 'X', 'x'];

async function startInProc(pid: number): Promise<Start> {
  try {
    // In a new process id namespace, /proc may still show the old one.
    if ((await readlink('/proc/self')) !== String(process.pid)) return 'unknown';
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in brackets, which may contain spaces and brackets.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state, at] = [STATE_FIELD, START_FIELD].map((n) => fields[n - 3]);
    if (ENDED.includes(state)) return 'gone';
    return /^\d+$/.test(at) ? { at } : 'unknown';
  } catch {
    // It has just ended, or is hidden from this user.
    return 'unknown';
  }
}

const run = promisify(execFile);

/** For macOS and the BSDs; precise to the second. */
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
