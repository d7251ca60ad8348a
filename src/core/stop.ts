/**
 * The part of `AbortSignal` that the core needs: the core is not tied to DOM or Node, an
 * `AbortSignal` of either fits.
 */
export interface StopSignal {
  readonly aborted: boolean;
}

/** Thrown by whatever was stopped on request: not a failure. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
  constructor() {
    super('stopped on request');
  }
}

/** Throws {@link Stopped} once the signal is set. */
export function throwIfStopped(signal: StopSignal | undefined): void {
  if (signal?.aborted) throw new Stopped();
}

/**
 * How long work lets its host breathe. The core has no clock, so it counts work: after about
 * {@link OPERATIONS_PER_BREATH} floating-point operations it awaits `breathe` and looks at the signal.
 */
export interface Pace {
  readonly signal?: StopSignal;
  /** Hands control back to the host for one turn of its event loop. */
  readonly breathe: () => Promise<void>;
}

/** About 20 ms of plain TypeScript arithmetic on a 2020s core. */
export const OPERATIONS_PER_BREATH = 2e7;

/** A pace for short computations and tests: never pauses, cannot be stopped. */
export const AT_ONCE: Pace = { breathe: () => Promise.resolve() };

/** Counts operations and pauses when it is time; throws {@link Stopped} when the signal is set. */
export class Pacer {
  private operations = 0;

  constructor(private readonly pace: Pace) {}

  /** Reports work just done or about to be done. */
  async spend(operations: number): Promise<void> {
    this.operations += operations;
    if (this.operations < OPERATIONS_PER_BREATH) return;
    this.operations = 0;
    throwIfStopped(this.pace.signal);
    await this.pace.breathe();
    throwIfStopped(this.pace.signal);
  }
}
