import { setImmediate } from 'node:timers/promises';

/** Far below the 50 ms that the extension host may be busy at a time. */
const TURN_MS = 8;

/**
 * Lets others have their turn during long work on one thread:
 *
 *   const turns = new Turns();
 *   for (const item of many) { if (turns.over) await turns.next(); … }
 */
export class Turns {
  private since = performance.now();

  /** Whether this has worked long enough. */
  get over(): boolean {
    return performance.now() - this.since > TURN_MS;
  }

  /** Resolves when everybody who waited has had a turn. */
  async next(): Promise<void> {
    await setImmediate();
    this.since = performance.now();
  }
}
