import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, type MessageConnection } from 'vscode-jsonrpc';
import { IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { LabError } from '../../core/errors';
import { exitReasonOfWorker, TOO_MANY_FILES } from '../compute/children/exitReason';

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

/** Beside a bundle; from sources there is none. */
const BUNDLE = path.join(__dirname, 'kernel.js');
const SOURCE = path.join(__dirname, 'kernel', 'main.ts');

/** What runs sources is found there, whatever the working directory is. */
const TOOLS = path.resolve(__dirname, '../../../node_modules');

/*
 * When code is broken out of, Node's count of nested asynchronous contexts is off by what was cut short.
 * It would end the process for that; without the check it goes on.
 * What is experimental in Node is no concern of whoever writes a cell.
 */
const FLAGS = ['--no-force-async-hooks-checks', '--disable-warning=ExperimentalWarning'];

/** Number of the pipe that the watching thread reads; 3 is the channel of JSON-RPC. */
export const INTERRUPT_PIPE = 4;

const REMEMBERED_CHARACTERS = 4000;
/** Children of the process may hold its pipes open: so long, in milliseconds, the rest is waited for. */
const LAST_WORDS = 200;

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
  bundle = BUNDLE,
}: ProcessOptions): KernelProcess {
  const bundled = existsSync(bundle);
  const child = fork(bundled ? bundle : SOURCE, {
    cwd: folder,
    env: { ...process.env, ...(!bundled && { NODE_PATH: TOOLS }), ...env },
    execArgv: bundled
      ? FLAGS
      : ['--import', pathToFileURL(path.join(TOOLS, 'tsx/dist/loader.mjs')).href, ...FLAGS],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'],
  });
  const { stdout, stderr } = child;
  // The one case in which there are none; the same is told by an event a moment later.
  if (!stdout || !stderr) {
    child.on('error', () => undefined);
    throw new LabError('worker', `the kernel's process cannot be started: ${TOO_MANY_FILES}`);
  }
  const connection = createMessageConnection(
    new IPCMessageReader(child),
    new IPCMessageWriter(child),
  );
  stdout.setEncoding('utf8');
  stderr.setEncoding('utf8');
  const ended = endOf(child, stderr);
  void ended.then(() => connection.dispose());
  // Its end is told by `ended`.
  connection.onError(() => undefined);
  const pipe = child.stdio[INTERRUPT_PIPE] as Writable;
  pipe.on('error', () => undefined);
  return {
    pid: child.pid,
    connection,
    stdout,
    stderr,
    interrupt: () => void pipe.write('!'),
    kill: () => void child.kill('SIGKILL'),
    ended,
  };
}

function endOf(child: ChildProcess, stderr: NodeJS.ReadableStream): Promise<string> {
  let said = '';
  stderr.on('data', (text: string) => {
    said = (said + text).slice(-REMEMBERED_CHARACTERS);
  });
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(`it cannot be started: ${error.message}`));
    child.on('exit', (code, signal) => {
      const tell = (): void => resolve(reasonOf(code, signal, said));
      child.once('close', tell);
      setTimeout(tell, LAST_WORDS);
    });
  });
}

function reasonOf(code: number | null, signal: NodeJS.Signals | null, said: string): string {
  if (said.includes('heap out of memory')) return 'memory ran out';
  // A cell that ends the process in order need not explain itself.
  return exitReasonOfWorker(code, signal, code === 0 ? '' : said);
}
