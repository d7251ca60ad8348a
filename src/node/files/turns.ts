import { setImmediate } from 'node:timers/promises';

/** Far below 50 ms, the longest that the extension host may be busy at a time. */
const TURN_MS = 8;

/**
 * Lets others have their turn during long work on one thread:
 *
 *   const turns = new Turns();
 *   for (const item of many) { if (turns.over) await turns.next(); … }
 */
export class Turns {
  private since = performance.now();

  /** Whether the turn has lasted long enough. */
  get over(): boolean {
    return performance.now() - this.since > TURN_MS;
  }

  /** Resolves after one turn of the event loop. */
  async next(): Promise<void> {
    await setImmediate();
    this.since = performance.now();
  }
}
