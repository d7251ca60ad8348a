import path from 'node:path';
import type { Writable } from 'node:stream';
import type { MessageConnection } from 'vscode-jsonrpc';
import { LabError } from '../../core/errors';
import { connectionTo } from '../compute/children/connection';
import { TOO_MANY_FILES } from '../compute/children/exitReason';
import { programIn, startProcessOf } from '../compute/children/programs';

/** A kernel's process and the ways to it. */
export interface KernelProcess {
  readonly pid: number | undefined;
  readonly connection: MessageConnection;
  /** What is written to the process past its JavaScript: by native code, and by its children. */
  readonly stdout: NodeJS.ReadableStream;
  readonly stderr: NodeJS.ReadableStream;
  /** Asks the thread that watches over the kernel to stop what runs. */
  interrupt(): void;
  kill(): void;
  /** Settles when the process is gone, with the reason in words. */
  readonly ended: Promise<string>;
}

const KERNEL = programIn(__dirname, 'kernel', path.join('kernel', 'main.ts'));

/*
 * When code is broken out of, Node's count of nested asynchronous contexts is off by what was cut short.
 * It would end the process for that; without the check it goes on.
 * What is experimental in Node is no concern of whoever writes a cell.
 */
const FLAGS = ['--no-force-async-hooks-checks', '--disable-warning=ExperimentalWarning'];

/** Number of the pipe that the watching thread reads; 3 is the channel of JSON-RPC. */
export const INTERRUPT_PIPE = 4;

/** Where and how a kernel is started. */
export interface ProcessOptions {
  /** Working directory. */
  readonly folder: string;
  /** Beside the variables of this process. */
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
  // There are none where too many files are open.
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
