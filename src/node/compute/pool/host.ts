import type { Worker } from 'node:worker_threads';
import type { EngineName } from '../../../core/engine/engine';
import { threadReason } from '../children/exitReason';
import { programIn, startProcessOf, startThreadOf, type Child } from '../children/programs';
import type { WorkerReply, WorkerRequest } from './messages';

/** The owner's handle of a worker thread or process. */
export interface WorkerHost {
  /** The listener to its replies. A listener that is set on a dead worker is notified of the death. */
  listener: WorkerListener | undefined;
  readonly alive: boolean;
  /** Whether it has not replied yet: it loads its engine, and has not begun any work. */
  readonly loading: boolean;
  /** Why it ended; undefined while it is alive. */
  readonly deathReason: string | undefined;
  /** Undefined for threads. */
  readonly pid?: number;
  /** Requests to a dead worker are lost. */
  send(request: WorkerRequest): void;
  /** Sets or clears its stop flag. */
  setStop(stop: boolean): void;
  /** Terminates it. */
  end(): Promise<void>;
}

export interface WorkerListener {
  reply(reply: WorkerReply): void;
  died(reason: string, cause?: unknown): void;
}

const WORKER = programIn(__dirname, 'worker');

/** Starts a worker thread. */
export function startThread(engine: EngineName): WorkerHost {
  return new ThreadHost(engine, startThreadOf(WORKER));
}

/**
 * Starts a worker process. Its output is not shown.
 * @param env in addition to the variables of this process
 */
export function startProcess(engine: EngineName, env: NodeJS.ProcessEnv = {}): WorkerHost {
  const options = { env, inheritFlags: true, serialization: 'advanced' } as const;
  return new ProcessHost(engine, startProcessOf(WORKER, options));
}

/** Forwards replies to the listener, and the death even to a listener that is set later. */
abstract class Host {
  loading = true;
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
    // Asynchronous, like every reply of a live worker.
    queueMicrotask(() => {
      if (this.heardBy === listener) this.tellDeath();
    });
  }

  protected reply(reply: WorkerReply): void {
    this.loading = false;
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
    // A reply is lost, perhaps the one that ends its work.
    thread.on('messageerror', (error) => {
      this.died(`its reply cannot be read: ${error.message}`, error);
      void this.end();
    });
    this.send({ type: 'setup', engine, stop: this.stop });
  }

  send(request: WorkerRequest): void {
    this.thread.postMessage(request);
  }

  setStop(stop: boolean): void {
    Atomics.store(this.stop, 0, Number(stop));
    // A loop sees the shared flag; listeners in the thread need a message.
    if (stop) this.send({ type: 'stop', stop });
  }

  async end(): Promise<void> {
    await this.thread.terminate();
  }
}

class ProcessHost extends Host implements WorkerHost {
  constructor(
    engine: EngineName,
    private readonly child: Child,
  ) {
    super();
    void child.ended.then(({ reason, error }) => this.died(reason, error));
    child.process.on('message', (reply) => this.reply(reply as WorkerReply));
    this.send({ type: 'setup', engine });
  }

  get pid(): number | undefined {
    return this.child.process.pid;
  }

  send(request: WorkerRequest): void {
    const { process } = this.child;
    // A request that cannot be sent any more is answered by the end of the process.
    if (process.connected) process.send(request, () => undefined);
  }

  setStop(stop: boolean): void {
    this.send({ type: 'stop', stop });
  }

  async end(): Promise<void> {
    this.child.kill();
    await this.child.ended;
  }
}

/**
 * How long workers may take to stop. Then they are terminated: the interrupted call would be repeated anyway.
 */
const STOP_TIMEOUT_MS = 120;

/**
 * Tells workers to stop, and terminates those that are still working after a timeout. Workers that are still
 * loading are terminated immediately: they would hear of the stop only afterwards, and no work is lost.
 * @returns a function that cancels the timeout
 */
export function stopWorkers(atWork: () => Iterable<WorkerHost>): () => void {
  for (const host of atWork()) {
    if (!host.alive) continue;
    host.setStop(true);
    if (host.loading) void host.end();
  }
  const late = setTimeout(() => {
    for (const host of atWork()) if (host.alive) void host.end();
  }, STOP_TIMEOUT_MS);
  return () => clearTimeout(late);
}
