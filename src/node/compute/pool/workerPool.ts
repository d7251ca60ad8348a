import type { EngineName } from '../../../core/engine/engine';
import { LabError } from '../../../core/errors';
import type { ExperimentContext } from '../../../core/experiment/context';
import type { LegEvent, LegExecutor, LegTask } from '../../../core/experiment/legs';
import { legTitle } from '../../../core/experiment/plan';
import { onStop, throwIfStopped, type Pace } from '../../../core/stop';
import { errorOf } from '../../../core/failure';
import { stopWorkers, type WorkerHost } from './host';
import { unpackEvent, type WorkerReply } from './messages';

/** Legs that are named when their worker dies. */
const NAMED_LEGS = 3;

export interface WorkerPoolOptions {
  readonly context: ExperimentContext;
  /** Number of workers. */
  readonly size: number;
  /** Number of seeds whose legs are best run together. */
  readonly seedsAtOnce: number;
  /** Whether one worker gets all legs of a run at once, for engines that stack specimens. */
  readonly together: boolean;
  /** Starts a worker, with its engine set up. */
  readonly start: () => WorkerHost;
  /** Running workers; the pool takes ownership. */
  readonly begun?: readonly WorkerHost[];
}

/**
 * Runs legs in workers, each with its own engine. If legs are trained one by one, results do not depend on
 * workers or other legs; only the order of events does.
 */
export class WorkerPool implements LegExecutor {
  private readonly idle: WorkerHost[] = [];
  private readonly atWork = new Set<WorkerHost>();
  private readonly all = new Set<WorkerHost>();

  constructor(private readonly options: WorkerPoolOptions) {
    for (const host of options.begun ?? []) this.idle.push(this.admit(host));
  }

  get seedsAtOnce(): number {
    return this.options.seedsAtOnce;
  }

  /**
   * Runs the legs, one per worker at a time. A worker that died while idle is replaced, with a warning.
   * @throws Stopped when the pace's signal is set
   * @throws LabError of the first leg that fails, also when its worker died
   */
  async *run(tasks: readonly LegTask[], pace: Pace): AsyncGenerator<LegEvent, void> {
    const waiting = this.options.together ? [tasks] : tasks.map((task) => [task]);
    const inbox = new Inbox<LegEvent>();
    const running = new Set<Promise<void>>();
    let failure: Error | undefined;
    let cancelTimeout: () => void = () => undefined;
    const stop = (): void => {
      waiting.length = 0;
      cancelTimeout();
      cancelTimeout = stopWorkers(() => this.atWork);
    };
    const startNext = (): void => {
      const next = waiting.shift();
      if (!next) return;
      const work = this.runTogether(next, inbox.put)
        .catch((error: unknown) => {
          failure ??= error instanceof Error ? error : new Error(String(error));
          stop();
        })
        .finally(() => {
          running.delete(work);
          startNext();
          inbox.wake();
        });
      running.add(work);
    };
    throwIfStopped(pace.signal);
    const endListening = onStop(pace.signal, stop);
    try {
      for (const host of this.all) if (host.alive) host.setStop(false);
      for (let i = 0; i < this.options.size; i++) startNext();
      while (running.size > 0) {
        yield* inbox.take();
        if (running.size > 0) await inbox.filled();
      }
      yield* inbox.take();
      throwIfStopped(pace.signal);
      if (failure) throw failure;
    } finally {
      endListening();
      stop();
      // All workers must be idle for the next run.
      await Promise.all(running);
      cancelTimeout();
    }
  }

  /** Ends all workers. */
  async dispose(): Promise<void> {
    await Promise.all([...this.all].map((host) => host.end()));
  }

  /** Runs legs in one worker. */
  private async runTogether(
    tasks: readonly LegTask[],
    onEvent: (event: LegEvent) => void,
  ): Promise<void> {
    const host = this.take((reason) =>
      onEvent({
        type: 'warning',
        message: `a worker died while idle: ${reason}; it is replaced`,
      }),
    );
    this.atWork.add(host);
    await new Promise<void>((resolve, reject) => {
      const settle = (result: () => void): void => {
        host.listener = undefined;
        this.atWork.delete(host);
        if (host.alive) this.idle.push(host);
        else this.all.delete(host);
        result();
      };
      host.listener = {
        reply(reply: WorkerReply) {
          switch (reply.type) {
            case 'ready':
            case 'progress':
              return;
            case 'events':
              return reply.events.forEach((event) => onEvent(unpackEvent(event)));
            case 'done':
              return settle(resolve);
            case 'failed':
              return settle(() => reject(errorOf(reply.failure)));
          }
        },
        died(reason, cause) {
          const message = `the worker of ${titlesOf(tasks)} died: ${reason}`;
          settle(() => reject(new LabError('worker', message, {}, { cause })));
        },
      };
      host.send({ type: 'run', tasks });
    });
  }

  /**
   * An idle worker, or a new one.
   * @param onDead called with the reason for each idle worker that has died
   */
  private take(onDead: (reason: string) => void): WorkerHost {
    for (let host = this.idle.pop(); host; host = this.idle.pop()) {
      if (host.alive) return host;
      this.all.delete(host);
      onDead(host.deathReason ?? '');
    }
    return this.admit(this.options.start());
  }

  private admit(host: WorkerHost): WorkerHost {
    host.send({ type: 'context', context: this.options.context });
    this.all.add(host);
    return host;
  }
}

/** Engines that train networks one by one, and so gain from threads. */
export type ThreadedEngine = Exclude<EngineName, 'tensorflow'>;

/** A pool of threads. @param begun running threads; the pool takes ownership */
export function threadPool(
  context: ExperimentContext,
  size: number,
  start: () => WorkerHost,
  begun: readonly WorkerHost[] = [],
): WorkerPool {
  const { data, encoder, probes } = context;
  // All workers share one copy of the large arrays.
  const shared = {
    ...context,
    data: { ...data, inputs: sharedCopy(data.inputs), targets: sharedCopy(data.targets) },
    encoder: { ...encoder, parameters: sharedCopy(encoder.parameters) },
    ...(probes && {
      probes: {
        ...probes,
        coefficients: {
          ...probes.coefficients,
          values: sharedCopy(probes.coefficients.values),
        },
      },
    }),
  };
  return new WorkerPool({
    context: shared,
    size,
    // With one seed per worker, no worker waits for another to train the arm of its leg.
    seedsAtOnce: size,
    together: false,
    start,
    begun,
  });
}

function sharedCopy(values: Float32Array): Float32Array {
  const copy = new Float32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}

function titlesOf(tasks: readonly LegTask[]): string {
  const titles = tasks.slice(0, NAMED_LEGS).map(({ leg }) => legTitle(leg));
  const others = tasks.length - titles.length;
  return [...titles, ...(others > 0 ? [`${others} more`] : [])].join('; ');
}

/** Queues events from workers for the generator. */
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
