import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { EngineName } from '../../core/engine/engine';
import { exitReasonOfWorker } from '../exitReason';
import { startProgram } from '../threadProgram';
import type { WorkerReply, WorkerRequest } from './messages';

/** A worker as its owner sees it, in a thread or in a process of its own. */
export interface WorkerHost {
  /** Who hears from it: one at a time. */
  listener: WorkerListener | undefined;
  readonly alive: boolean;
  /** Of a process of its own. */
  readonly pid?: number;
  send(request: WorkerRequest): void;
  /** Sets or clears its stop flag. */
  setStop(stop: boolean): void;
  /** Ends it, whatever it is doing. */
  end(): Promise<void>;
}

/** Who hears from a worker. */
export interface WorkerListener {
  reply(reply: WorkerReply): void;
  died(reason: string, cause?: unknown): void;
}

/** Beside a bundle; from sources there is none. */
const BUNDLED = path.join(__dirname, 'worker.js');
const SOURCE = path.join(__dirname, 'worker.ts');

/** How much of what a process says on stderr is remembered, for when it dies. */
const REMEMBERED_CHARACTERS = 2000;

/** Starts a thread. It shares memory with this one, where that is what it is sent. */
export function startThread(engine: EngineName): WorkerHost {
  const thread = startProgram(__dirname, 'worker');
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const host = {
    listener: undefined as WorkerListener | undefined,
    alive: true,
    send: (request: WorkerRequest) => thread.postMessage(request),
    setStop: (value: boolean) => void Atomics.store(stop, 0, Number(value)),
    end: async () => void (await thread.terminate()),
  };
  const died = (reason: string, cause?: unknown): void => {
    if (!host.alive) return;
    host.alive = false;
    host.listener?.died(reason, cause);
  };
  thread.on('message', (reply: WorkerReply) => host.listener?.reply(reply));
  thread.on('error', (error) => died(error.message, error));
  thread.on('exit', (code) => died(`exit code ${code}`));
  host.send({ type: 'setup', engine, stop });
  return host;
}

/**
 * Starts a process. What it prints is no part of what this one prints.
 * @param env beside the variables of this process
 */
export function startProcess(engine: EngineName, env: NodeJS.ProcessEnv = {}): WorkerHost {
  const child = fork(existsSync(BUNDLED) ? BUNDLED : SOURCE, {
    serialization: 'advanced',
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-REMEMBERED_CHARACTERS);
  });
  const host = {
    listener: undefined as WorkerListener | undefined,
    alive: true,
    pid: child.pid,
    // What cannot be sent any more is answered by its end.
    send: (request: WorkerRequest) => void child.send(request, () => undefined),
    setStop: (stop: boolean) => host.send({ type: 'stop', stop }),
    end: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
  const died = (reason: string, cause?: unknown): void => {
    if (!host.alive) return;
    host.alive = false;
    host.listener?.died(reason, cause);
  };
  child.on('message', (reply) => host.listener?.reply(reply as WorkerReply));
  child.on('error', (error) => died(error.message, error));
  // Only when its stderr has been read to the end.
  child.on('close', (code, signal) => died(exitReasonOfWorker(code, signal, said)));
  host.send({ type: 'setup', engine });
  return host;
}
