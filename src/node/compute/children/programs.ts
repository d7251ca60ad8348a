import { fork, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { exitReason, startFailure } from './exitReason';

/*
 * How threads and processes are started, and how they end: the one place for workers, the engine's process,
 * notebook kernels and the programs of others.
 */

/** A program of this project: a bundle, or where there is none, its TypeScript source. */
export interface Program {
  readonly bundle: string;
  readonly source: string;
}

/**
 * A program beside the one that runs.
 * @param folder where the caller's source is; in a bundle, where all bundles are
 * @param source relative to the folder
 */
export function programIn(folder: string, name: string, source = `${name}.ts`): Program {
  return { bundle: path.join(folder, `${name}.js`), source: path.join(folder, source) };
}

/** What runs TypeScript sources; found here whatever the working directory of the program is. */
const TOOLS = path.resolve(__dirname, '../../../../node_modules');

/** Starts a thread with a program of its own. */
export function startThreadOf({ bundle, source }: Program, workerData?: unknown): Worker {
  if (existsSync(bundle)) return new Worker(bundle, { workerData });
  const code = `require('tsx/cjs'); require(${JSON.stringify(source)});`;
  return new Worker(code, { eval: true, workerData });
}

/**
 * Makes V8 run a function six times as long as by default before it optimises it. A run spends its time in
 * the kernel, which is compiled once; but every thread compiles its own copy of all functions around it,
 * which took a tenth of the time of the smallest experiment. To be called before threads are started, in a
 * process that is the program's own.
 */
export function delayOptimisation(): void {
  // By default 67584 (Node 20), in bytes of bytecode.
  setFlagsFromString('--interrupt-budget=400000');
}

/** How a process ended, or why it did not start. */
export interface ChildEnd {
  /** In words. */
  readonly reason: string;
  /** Null where a signal ended the process, or where it did not start. */
  readonly code: number | null;
  /** Why it could not be started. */
  readonly error?: NodeJS.ErrnoException;
}

/** A process that this one has started. */
export interface Child {
  readonly process: ChildProcess;
  /** Settles when the process has ended, or could not be started; never rejects. */
  readonly ended: Promise<ChildEnd>;
  /** Kills the process, whatever it is doing. */
  kill(): void;
}

/** How a process of this project's own is started. */
export interface ProcessOptions {
  /** Working directory; that of this process unless given. */
  readonly folder?: string;
  /** Beside the variables of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Node's own flags. */
  readonly flags?: readonly string[];
  /** Passes on what this process was started with, such as a limit of memory. */
  readonly inheritFlags?: boolean;
  /** How messages are written: as JSON, or so that typed arrays stay what they are. */
  readonly serialization?: 'json' | 'advanced';
  /** Gives its stdout to the caller; otherwise nobody reads it. */
  readonly stdout?: boolean;
  /** Pipes beside stdin, stdout, stderr and the channel of messages. */
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
    // Flags of a process that runs sources load what runs them.
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

/** Starts a program of others, by its name or its path. What it writes is for the caller to read. */
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
  // This is what makes a process of Electron one of Node.
  const electron = process.versions.electron === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' };
  return { ...process.env, ...electron, ...env };
}

/** How much of its stderr is remembered, to say why a process ended. */
const REMEMBERED_CHARACTERS = 4000;

/** The children of a process may hold its pipes open: this long the rest of its stderr is waited for. */
const LAST_WORDS_MS = 200;

/** @param stderr whose end says why the process ended */
function watched(child: ChildProcess, stderr: Readable | null): Child {
  let said = '';
  stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-REMEMBERED_CHARACTERS);
  });
  const ended = new Promise<ChildEnd>((resolve) => {
    child.on('error', (error) => {
      // Where there is a process, its exit follows: the error is about a message or signal that came too late.
      if (child.pid === undefined) resolve({ reason: startFailure(error), code: null, error });
    });
    child.once('exit', (code, signal) => {
      const end = (): void => {
        clearTimeout(late);
        resolve({ reason: exitReason(code, signal, said), code });
      };
      const late = setTimeout(end, LAST_WORDS_MS);
      child.once('close', end);
    });
  });
  return { process: child, ended, kill: () => void child.kill('SIGKILL') };
}
