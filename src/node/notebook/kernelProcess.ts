import path from 'node:path';
import type { Writable } from 'node:stream';
import type { MessageConnection } from 'vscode-jsonrpc';
import { LabError } from '../../core/errors';
import { connectionTo } from '../compute/children/connection';
import { TOO_MANY_FILES } from '../compute/children/exitReason';
import { programIn, startProcessOf } from '../compute/children/programs';

/** A kernel's process and its channels. */
export interface KernelProcess {
  readonly pid: number | undefined;
  readonly connection: MessageConnection;
  /** Output of native code and of child processes; output of JavaScript is captured in the kernel. */
  readonly stdout: NodeJS.ReadableStream;
  readonly stderr: NodeJS.ReadableStream;
  /** Asks the watchdog thread to stop the running cell. */
  interrupt(): void;
  kill(): void;
  /** Resolves with the reason when the process has ended. */
  readonly ended: Promise<string>;
}

const KERNEL = programIn(__dirname, 'kernel', path.join('kernel', 'main.ts'));

/*
 * Terminating code leaves Node's count of nested asynchronous contexts wrong, for which Node would abort; the
 * first flag disables that check. The second hides warnings that do not concern authors of cells.
 */
const FLAGS = ['--no-force-async-hooks-checks', '--disable-warning=ExperimentalWarning'];

/** File descriptor that the watchdog thread reads; 3 is the IPC channel. */
export const INTERRUPT_PIPE = 4;

export interface ProcessOptions {
  /** Working directory. */
  readonly folder: string;
  /** In addition to the variables of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** The kernel's bundle; the one beside this program unless given. */
  readonly bundle?: string;
}

/** Starts a kernel. @throws LabError (`worker`) when this process may open no more files */
export function startKernelProcess({
  folder,
  env,
  bundle = KERNEL.bundle,
}: ProcessOptions): KernelProcess {
  const options = { folder, env, flags: FLAGS, stdout: true, pipes: 1 };
  const child = startProcessOf({ ...KERNEL, bundle }, options);
  const { stdout, stderr, stdio, pid } = child.process;
  // Missing if too many files are open.
  if (!stdout || !stderr) {
    throw new LabError('worker', `the kernel's process cannot be started: ${TOO_MANY_FILES}`);
  }
  stdout.setEncoding('utf8');
  const pipe = stdio[INTERRUPT_PIPE] as Writable;
  pipe.on('error', () => undefined);
  return {
    pid,
    connection: connectionTo(child),
    stdout,
    stderr,
    interrupt: () => void pipe.write('!'),
    kill: () => child.kill(),
    ended: child.ended.then(({ reason }) => reason),
  };
}
