import { setImmediate } from 'node:timers/promises';
import type { Pace, StopSignal } from '../../core/stop';

/** Well below 50 ms, the longest that the extension host may block. */
const SLICE_MS = 8;

/**
 * Keeps long work from blocking the event loop:
 *
 *   const slice = new TimeSlice();
 *   for (const item of many) { if (slice.isOver) await slice.yieldToEventLoop(); … }
 */
export class TimeSlice {
  private since = performance.now();

  get isOver(): boolean {
    return performance.now() - this.since > SLICE_MS;
  }

  async yieldToEventLoop(): Promise<void> {
    await setImmediate();
    this.since = performance.now();
  }
}

/** A pace for long work in this process: timers, signals and sockets are served, and it can be stopped. */
export function nodePace(signal?: StopSignal): Pace {
  return { signal, yieldToEventLoop: () => setImmediate() };
}
