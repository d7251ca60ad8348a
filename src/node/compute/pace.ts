import { setImmediate } from 'node:timers/promises';
import type { Pace, StopSignal } from '../../core/stop';

/** A pace for long work in this process: it lets timers, signals and sockets have their turn, and can be stopped. */
export function nodePace(signal?: StopSignal): Pace {
  return { signal, yieldToEventLoop: () => setImmediate() };
}
