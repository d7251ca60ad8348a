/** The part of `AbortSignal` that the core needs, so that it depends on neither the DOM nor Node. */
export interface StopSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
  /** Shared with whoever sets it, anything but 0 means stop: native code sees it in the middle of a call. */
  readonly flag?: Int32Array | undefined;
}

/** Thrown by work that was stopped on request: not a failure. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
  constructor() {
    super('stopped on request');
  }
}

/** @throws Stopped once the signal is set */
export function throwIfStopped(signal: StopSignal | undefined): void {
  if (signal?.aborted) throw new Stopped();
}

/**
 * Calls a listener once when the signal is set, or immediately if it is already set.
 * @returns a function that stops listening
 */
export function onStop(signal: StopSignal | undefined, listener: () => void): () => void {
  if (signal === undefined) return () => undefined;
  if (signal.aborted) {
    listener();
    return () => undefined;
  }
  const heard = (): void => {
    end();
    listener();
  };
  const end = (): void => signal.removeEventListener('abort', heard);
  signal.addEventListener('abort', heard);
  return end;
}

/** A stop signal that its owner can set; it is also set with the signal that it follows. */
export class StopSource implements StopSignal {
  private readonly listeners = new Set<() => void>();
  private stopped = false;
  private readonly unfollow: () => void;

  constructor(private readonly followed?: StopSignal) {
    this.unfollow = onStop(followed, () => this.stop());
  }

  /** Also reads the followed signal: it may be a flag in shared memory, which is set before its listeners run. */
  get aborted(): boolean {
    return this.stopped || this.followed?.aborted === true;
  }

  get flag(): Int32Array | undefined {
    return this.followed?.flag;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.delete(listener);
  }

  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    for (const listener of [...this.listeners]) listener();
  }

  /** Stops following, since the followed signal may outlive this one. */
  dispose(): void {
    this.unfollow();
  }
}

/**
 * How work yields its thread and can be stopped. The core has no clock, so it counts work: after about
 * {@link OPERATIONS_PER_YIELD} floating-point operations it awaits `yieldToEventLoop` and checks the signal.
 */
export interface Pace {
  readonly signal?: StopSignal;
  /** Returns control to the event loop for one turn. */
  readonly yieldToEventLoop: () => Promise<void>;
}

/** About 20 ms of plain TypeScript arithmetic on a 2020s core. */
export const OPERATIONS_PER_YIELD = 2e7;

/** A pace for short computations and tests: it never yields and cannot be stopped. */
export const UNPACED: Pace = { yieldToEventLoop: () => Promise.resolve() };

/** Counts operations and yields when due; throws {@link Stopped} when the signal is set. */
export class Pacer {
  private operations = 0;

  constructor(private readonly pace: Pace) {}

  /** Reports work that was just done or is about to be done. */
  async spend(operations: number): Promise<void> {
    this.operations += operations;
    if (this.operations < OPERATIONS_PER_YIELD) return;
    this.operations = 0;
    throwIfStopped(this.pace.signal);
    await this.pace.yieldToEventLoop();
    throwIfStopped(this.pace.signal);
  }
}

/**
 * Runs two tasks concurrently; when one fails, stops the other.
 * @throws the first failure
 */
export async function concurrently<A, B>(
  pace: Pace,
  first: (pace: Pace) => Promise<A>,
  second: (pace: Pace) => Promise<B>,
): Promise<[A, B]> {
  const signal = new StopSource(pace.signal);
  const failures: unknown[] = [];
  const watched = <T>(work: (pace: Pace) => Promise<T>): Promise<T> =>
    work({ ...pace, signal }).catch((error: unknown) => {
      failures.push(error);
      signal.stop();
      throw error;
    });
  const [a, b] = await Promise.allSettled([watched(first), watched(second)]);
  signal.dispose();
  if (a.status === 'rejected' || b.status === 'rejected') throw failures[0];
  return [a.value, b.value];
}
