import { existsSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { LabError } from '../../core/errors';
import type { ExperimentContext } from '../../core/experiment/context';
import type { LegEvent, LegExecutor, LegTask } from '../../core/experiment/legs';
import { legTitle } from '../../core/experiment/plan';
import { throwIfStopped, type Pace } from '../../core/stop';
import { errorOf, type PooledEngine, type WorkerReply, type WorkerSetup } from './messages';

/** How often a worker's stop flag follows the signal. */
const STOP_POLL_MS = 20;

/**
 * Runs legs side by side in worker threads, each with an engine of its own. What a leg gives does not
 * depend on the worker it ran in, nor on what ran beside it; only the order of events does.
 */
export class WorkerPool implements LegExecutor {
  private readonly stop = new Int32Array(new SharedArrayBuffer(4));
  private readonly setup: WorkerSetup;
  private readonly idle: Worker[] = [];
  private readonly all = new Set<Worker>();

  constructor(
    context: ExperimentContext,
    engineName: PooledEngine,
    private readonly size: number,
  ) {
    const { data } = context;
    // One copy of the samples for all workers.
    const shared = {
      ...data,
      inputs: sharedCopy(data.inputs),
      targets: sharedCopy(data.targets),
    };
    this.setup = { context: { ...context, data: shared }, engineName, stop: this.stop };
  }

  /** Enough seeds that no worker waits for another's arm to be trained. */
  get seedsAtOnce(): number {
    return this.size;
  }

  /**
   * Runs the legs, as many at a time as there are workers.
   * @throws Stopped when the pace's signal is set
   * @throws LabError of the first leg that fails, also when its worker died
   */
  async *run(tasks: readonly LegTask[], pace: Pace): AsyncGenerator<LegEvent, void> {
    const waiting = [...tasks];
    const inbox = new Inbox<LegEvent>();
    let running = 0;
    let failure: Error | undefined;
    Atomics.store(this.stop, 0, 0);
    const startNext = (): void => {
      const task = failure ? undefined : waiting.shift();
      if (!task) return;
      running++;
      this.runOne(task, inbox.put)
        .catch((error: unknown) => {
          failure ??= error instanceof Error ? error : new Error(String(error));
          Atomics.store(this.stop, 0, 1);
        })
        .finally(() => {
          running--;
          startNext();
          inbox.wake();
        });
    };
    const poll = setInterval(() => {
      if (!pace.signal?.aborted) return;
      waiting.length = 0;
      Atomics.store(this.stop, 0, 1);
    }, STOP_POLL_MS);
    try {
      for (let i = 0; i < this.size; i++) startNext();
      while (running > 0) {
        yield* inbox.take();
        if (running > 0) await inbox.filled();
      }
      yield* inbox.take();
      throwIfStopped(pace.signal);
      if (failure) throw failure;
    } finally {
      clearInterval(poll);
      waiting.length = 0;
      Atomics.store(this.stop, 0, 1);
    }
  }

  /** Ends all workers. */
  async dispose(): Promise<void> {
    await Promise.all([...this.all].map((worker) => worker.terminate()));
  }

  private runOne(task: LegTask, onEvent: (event: LegEvent) => void): Promise<void> {
    const worker = this.idle.pop() ?? this.start();
    return new Promise<void>((resolve, reject) => {
      const settle = (result: () => void): void => {
        worker.off('message', onReply).off('error', onError).off('exit', onExit);
        result();
      };
      const died = (reason: string, cause?: unknown): void => {
        this.all.delete(worker);
        const message = `the worker of ${legTitle(task.leg)} died: ${reason}`;
        settle(() => reject(new LabError('numeric', message, {}, { cause })));
      };
      const onReply = (reply: WorkerReply): void => {
        if (reply.type === 'event') return onEvent(reply.event);
        this.idle.push(worker);
        settle(() => (reply.type === 'done' ? resolve() : reject(errorOf(reply.failure))));
      };
      const onError = (error: Error): void => died(error.message, error);
      const onExit = (code: number): void => died(`exit code ${code}`);
      worker.on('message', onReply).on('error', onError).on('exit', onExit);
      worker.postMessage(task);
    });
  }

  private start(): Worker {
    const worker = startThread(this.setup);
    this.all.add(worker);
    return worker;
  }
}

/** Events on their way from workers to the generator. */
class Inbox<T> {
  private items: T[] = [];
  private resolve: () => void = () => undefined;

  readonly put = (item: T): void => {
    this.items.push(item);
    this.resolve();
  };

  wake(): void {
    this.resolve();
  }

  take(): T[] {
    const { items } = this;
    this.items = [];
    return items;
  }

  /** Resolves at the next `put` or `wake`. */
  filled(): Promise<void> {
    return new Promise((resolve) => (this.resolve = resolve));
  }
}

/** A thread with the worker's program: beside the bundle, or the source itself where sources are run. */
function startThread(workerData: WorkerSetup): Worker {
  const bundled = path.join(__dirname, 'worker.js');
  if (existsSync(bundled)) return new Worker(bundled, { workerData });
  const source = JSON.stringify(path.join(__dirname, 'worker.ts'));
  return new Worker(`require('tsx/cjs'); require(${source});`, { eval: true, workerData });
}

function sharedCopy(values: Float32Array): Float32Array {
  const copy = new Float32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
