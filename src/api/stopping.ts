import type { Pace } from '../core/stop';
import { nodePace } from '../node/files/eventLoop';

/** Options of long work that can be stopped. */
export interface Stoppable {
  /** Stops the work, which then throws `Stopped`. In a notebook the default is the signal of the cell. */
  readonly signal?: AbortSignal;
}

/** Symbol under which a notebook's kernel provides the signal of the running cell. */
const INTERRUPT_KEY = Symbol.for('polysemanticity.interrupt');

/** The given signal, otherwise that of the notebook's cell, if any. */
export function signalOf({ signal }: Stoppable): AbortSignal | undefined {
  const interrupt = (globalThis as Record<symbol, unknown>)[INTERRUPT_KEY];
  return signal ?? (interrupt as { readonly signal: AbortSignal } | undefined)?.signal;
}

/** The pace of work with these options. */
export function paceOf(options: Stoppable): Pace {
  return nodePace(signalOf(options));
}
