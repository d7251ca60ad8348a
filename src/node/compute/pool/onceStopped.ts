import type { StopSignal } from '../../../core/stop';
import type { WorkerHost } from './host';

/** How often stop flags of workers follow a signal, which tells nobody that it was set. */
const STOP_POLL_MS = 20;

/**
 * How long workers that were told to stop may take to come to a place where they see it. In a call that
 * takes longer they are ended: it would be repeated anyway.
 */
const PATIENCE_MS = 300;

/** Calls `stop` once the signal is set. @returns what ends the waiting for it */
export function onceStopped(signal: StopSignal | undefined, stop: () => void): () => void {
  const poll = setInterval(() => {
    if (!signal?.aborted) return;
    clearInterval(poll);
    stop();
  }, STOP_POLL_MS);
  return () => clearInterval(poll);
}

/** Tells workers to stop; those that are still at work after a while are ended. @returns what ends the waiting */
export function stopWorkers(atWork: () => Iterable<WorkerHost>): () => void {
  for (const host of atWork()) if (host.alive) host.setStop(true);
  const late = setTimeout(() => {
    for (const host of atWork()) if (host.alive) void host.end();
  }, PATIENCE_MS);
  return () => clearTimeout(late);
}

/** Does so once the signal is set. @returns what ends the waiting for it, and for them */
export function stopping(
  signal: StopSignal | undefined,
  atWork: () => Iterable<WorkerHost>,
): () => void {
  let endPatience: () => void = () => undefined;
  const endWaiting = onceStopped(signal, () => {
    endPatience = stopWorkers(atWork);
  });
  return () => {
    endWaiting();
    endPatience();
  };
}
