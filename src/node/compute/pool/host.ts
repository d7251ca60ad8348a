import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { EngineName } from '../../../core/engine/engine';
import { exitReasonOfWorker, startFailure, threadReason } from '../children/exitReason';
import { startProgram } from '../children/programs';
import type { WorkerReply, WorkerRequest } from './messages';

/** A worker as its owner sees it, in a thread or in a process of its own. */
export interface WorkerHost {
  /**
   * Who hears from it: one at a time. Whoever begins to listen to a worker that is dead already hears
   * of its death, too.
   */
  listener: WorkerListener | undefined;
  readonly alive: boolean;
  /** How it ended, in words; undefined while it lives. */
  readonly deathReason: string | undefined;
  /** Of a process of its own. */
  readonly pid?: number;
  /** What a dead worker is sent is lost. */
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
  return new ThreadHost(engine, startProgram(__dirname, 'worker'));
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
  return new ProcessHost(engine, child);
}

/** Brings replies and death to whoever listens, in whatever order that comes about. */
abstract class Host {
  private heardBy: WorkerListener | undefined;
  private death: { readonly reason: string; readonly cause?: unknown } | undefined;

  get alive(): boolean {
    return this.death === undefined;
  }

  get deathReason(): string | undefined {
    return this.death?.reason;
  }

  get listener(): WorkerListener | undefined {
    return this.heardBy;
  }

  set listener(listener: WorkerListener | undefined) {
    this.heardBy = listener;
    if (!listener || this.alive) return;
    // Later, as whatever a worker that lives says.
    queueMicrotask(() => {
      if (this.heardBy === listener) this.tellDeath();
    });
  }

  protected reply(reply: WorkerReply): void {
    this.heardBy?.reply(reply);
  }

  protected died(reason: string, cause?: unknown): void {
    if (!this.alive) return;
    this.death = { reason, cause };
    this.tellDeath();
  }

  private tellDeath(): void {
    if (this.death) this.heardBy?.died(this.death.reason, this.death.cause);
  }
}

class ThreadHost extends Host implements WorkerHost {
  private readonly stop = new Int32Array(new SharedArrayBuffer(4));

  constructor(
    engine: EngineName,
    private readonly thread: Worker,
  ) {
    super();
    thread.on('message', (reply: WorkerReply) => this.reply(reply));
    thread.on('error', (error) => this.died(threadReason(error), error));
    thread.on('exit', (code) => this.died(`exit code ${code}`));
    // It lives, but what it said is lost: nobody would ever hear of the end of its work.
    thread.on('messageerror', (error) => {
      this.died(`what it said cannot be read: ${error.message}`, error);
      void this.end();
    });
    this.send({ type: 'setup', engine, stop: this.stop });
  }

  send(request: WorkerRequest): void {
    this.thread.postMessage(request);
  }

  setStop(stop: boolean): void {
    Atomics.store(this.stop, 0, Number(stop));
  }

  async end(): Promise<void> {
    await this.thread.terminate();
  }
}

class ProcessHost extends Host implements WorkerHost {
  private readonly ended: Promise<void>;

  constructor(
    engine: EngineName,
    private readonly child: ChildProcess,
  ) {
    super();
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-REMEMBERED_CHARACTERS);
    });
    this.ended = new Promise((resolve) => {
      child.on('error', (error) => {
        this.died(startFailure(error), error);
        // Of what never was there is no end to wait for.
        if (child.pid === undefined) resolve();
      });
      // Only when its stderr has been read to the end.
      child.on('close', (code, signal) => {
        this.died(exitReasonOfWorker(code, signal, said));
        resolve();
      });
    });
    child.on('message', (reply) => this.reply(reply as WorkerReply));
    this.send({ type: 'setup', engine });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  send(request: WorkerRequest): void {
    // What cannot be sent any more is answered by its end.
    if (this.child.connected) this.child.send(request, () => undefined);
  }

  setStop(stop: boolean): void {
    this.send({ type: 'stop', stop });
  }

  async end(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
