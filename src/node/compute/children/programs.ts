import { fork, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { exitReason, startFailure } from './exitReason';

/*
 * Starts threads and processes and reports how they end: workers, the engine's process, notebook kernels and
 * external programs.
 */

/** A program of this project: a bundle, or its TypeScript source if there is no bundle. */
export interface Program {
  readonly bundle: string;
  readonly source: string;
}

/**
 * A program beside the running one.
 * @param folder of the caller's source; for a bundle, the folder of all bundles
 * @param source relative to the folder
 */
export function programIn(folder: string, name: string, source = `${name}.ts`): Program {
  return { bundle: path.join(folder, `${name}.js`), source: path.join(folder, source) };
}

/** Folder of tsx, which runs TypeScript sources; independent of the working directory. */
const TOOLS = path.resolve(__dirname, '../../../../node_modules');

export function startThreadOf({ bundle, source }: Program, workerData?: unknown): Worker {
  if (existsSync(bundle)) return new Worker(bundle, { workerData });
  const code = `require('tsx/cjs'); require(${JSON.stringify(source)});`;
  return new Worker(code, { eval: true, workerData });
}

/**
 * Makes V8 run a function six times as long as by default before it optimises it. A run spends its time in
 * the kernel, which is compiled once, but every thread optimises its own copy of the functions around it;
 * that took a tenth of the time of the smallest experiment. Call it before starting threads, and only in a
 * process of this project.
 */
export function delayOptimisation(): void {
  // In bytes of bytecode; the default of Node 20 is 67584.
  setFlagsFromString('--interrupt-budget=400000');
}

/** How a process ended, or why it did not start. */
export interface ChildEnd {
  /** In words. */
  readonly reason: string;
  /** Null if a signal ended the process, or it did not start. */
  readonly code: number | null;
  /** Set if it could not be started. */
  readonly error?: NodeJS.ErrnoException;
}

/** A child process. */
export interface Child {
  readonly process: ChildProcess;
  /** Resolves when the process has ended or could not be started; never rejects. */
  readonly ended: Promise<ChildEnd>;
  kill(): void;
}

export interface ProcessOptions {
  /** Working directory; that of this process unless given. */
  readonly folder?: string;
  /** In addition to the variables of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Node's own flags. */
  readonly flags?: readonly string[];
  /** Passes on Node's flags of this process, such as a memory limit. */
  readonly inheritFlags?: boolean;
  /** Encoding of messages: JSON, or `advanced`, which preserves typed arrays. */
  readonly serialization?: 'json' | 'advanced';
  /** Pipes its stdout to the caller; otherwise it is ignored. */
  readonly stdout?: boolean;
  /** Number of pipes in addition to stdin, stdout, stderr and the IPC channel. */
  readonly pipes?: number;
}

/** Starts a process with a program of this project. */
export function startProcessOf(program: Program, options: ProcessOptions = {}): Child {
  const { bundle, source } = program;
  const { folder, env, flags = [], inheritFlags, serialization, stdout, pipes = 0 } = options;
  const bundled = existsSync(bundle);
  const loader = pathToFileURL(path.join(TOOLS, 'tsx/dist/loader.mjs')).href;
  const inherited = inheritFlags ? process.execArgv : [];
  const child = fork(bundled ? bundle : source, {
    cwd: folder,
    serialization,
    env: environment({ ...(!bundled && { NODE_PATH: TOOLS }), ...env }),
    // A process that runs sources was itself started with the flags that load tsx.
    execArgv: bundled ? [...inherited, ...flags] : ['--import', loader, ...flags],
    stdio: [
      'ignore',
      stdout ? 'pipe' : 'ignore',
      'pipe',
      'ipc',
      ...Array<'pipe'>(pipes).fill('pipe'),
    ],
  });
  return watched(child, child.stderr);
}

/** Starts an external program by name or path. The caller reads its output. */
export function startCommand(
  command: string,
  args: readonly string[],
  { folder, env }: Pick<ProcessOptions, 'folder' | 'env'> = {},
): Child {
  const child = spawn(command, args, {
    cwd: folder,
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32' && command.endsWith('.cmd'),
  });
  return watched(child, null);
}

function environment(env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  // Makes Electron's executable behave as Node.
  const electron = process.versions.electron === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' };
  return { ...process.env, ...electron, ...env };
}

/** The end of stderr is kept, to explain why a process ended. */
const STDERR_TAIL = 4000;

/** How long to wait for the rest of stderr after the exit: grandchildren may hold the pipe open. */
const STDERR_WAIT_MS = 200;

function watched(child: ChildProcess, stderr: Readable | null): Child {
  let said = '';
  stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-STDERR_TAIL);
  });
  const ended = new Promise<ChildEnd>((resolve) => {
    child.on('error', (error) => {
      // If the process started, its exit follows: this error is about a late message or signal.
      if (child.pid === undefined) resolve({ reason: startFailure(error), code: null, error });
    });
    child.once('exit', (code, signal) => {
      const end = (): void => {
        clearTimeout(late);
        resolve({ reason: exitReason(code, signal, said), code });
      };
      const late = setTimeout(end, STDERR_WAIT_MS);
      child.once('close', end);
    });
  });
  return { process: child, ended, kill: () => void child.kill('SIGKILL') };
}
