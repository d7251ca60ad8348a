import type { StopSignal } from '../../core/stop';

/** How often stop flags of workers follow a signal, which tells nobody that it was set. */
const STOP_POLL_MS = 20;

/** Calls `stop` once the signal is set. @returns what ends the waiting for it */
export function onceStopped(signal: StopSignal | undefined, stop: () => void): () => void {
  const poll = setInterval(() => {
    if (!signal?.aborted) return;
    clearInterval(poll);
    stop();
  }, STOP_POLL_MS);
  return () => clearInterval(poll);
}
