import { setImmediate } from 'node:timers/promises';
import type { Pace } from '../../core/stop';

/** Long work in this process: timers, signals and sockets get their turn, the signal stops it. */
export function nodePace(signal?: AbortSignal): Pace {
  return { signal, yieldToEventLoop: () => setImmediate() };
}
