import type { Pace } from '../core/stop';
import { nodePace } from '../node/compute/pace';

/** Long work that can be stopped. */
export interface Stoppable {
  /**
   * Stops the work, which then throws `Stopped`. In a notebook the cell's own signal is taken unless
   * another is given.
   */
  readonly signal?: AbortSignal;
}

/** Where a notebook's kernel keeps the signal of the cell that runs. */
const INTERRUPT_KEY = Symbol.for('polysemanticity.interrupt');

/** The signal that was given, else that of the notebook's cell, if there is one. */
export function signalOf({ signal }: Stoppable): AbortSignal | undefined {
  const interrupt = (globalThis as Record<symbol, unknown>)[INTERRUPT_KEY];
  return signal ?? (interrupt as { readonly signal: AbortSignal } | undefined)?.signal;
}

/** How work lets others have their turn, and is stopped. */
export function paceOf(options: Stoppable): Pace {
  return nodePace(signalOf(options));
}
