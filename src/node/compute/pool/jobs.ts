import { LabError } from '../../../core/errors';
import { errorOf } from '../../../core/failure';
import { onStop, Stopped, throwIfStopped, type StopSignal } from '../../../core/stop';
import { stopWorkers, type WorkerHost } from './host';
import type { JobKind, JobRequest, Jobs, WorkerReply } from './messages';

export interface JobOptions<K extends JobKind> {
  /** The worker's name in errors, e.g. `a thread of the inversion`. */
  readonly who: string;
  readonly signal?: StopSignal;
  readonly onProgress?: (progress: Jobs[K]['progress']) => void;
}

/**
 * Runs a job in a worker. A worker that does not stop in time is terminated.
 * @throws Stopped when the signal is set
 * @throws LabError as the job does; (`worker`) when the worker died
 */
export async function runJob<K extends JobKind>(
  host: WorkerHost,
  kind: K,
  input: Jobs[K]['input'],
  { who, signal, onProgress }: JobOptions<K>,
): Promise<Jobs[K]['result']> {
  throwIfStopped(signal);
  host.setStop(false);
  let cancelTimeout: () => void = () => undefined;
  const endListening = onStop(signal, () => {
    cancelTimeout = stopWorkers(() => [host]);
  });
  try {
    return await new Promise<Jobs[K]['result']>((resolve, reject) => {
      host.listener = {
        reply(reply: WorkerReply) {
          if (reply.type === 'progress') onProgress?.(reply.progress as Jobs[K]['progress']);
          else if (reply.type === 'done') resolve(reply.result as Jobs[K]['result']);
          else if (reply.type === 'failed') reject(errorOf(reply.failure));
        },
        died: (reason, cause) =>
          reject(
            signal?.aborted
              ? new Stopped()
              : new LabError('worker', `${who} died: ${reason}`, {}, { cause }),
          ),
      };
      host.send({ type: 'job', kind, input } as JobRequest);
    });
  } finally {
    endListening();
    cancelTimeout();
    host.listener = undefined;
    // Clear the flag for the next job or run.
    host.setStop(false);
  }
}
