import { LabError } from '../../../core/errors';
import { errorOf } from '../../../core/failure';
import { onStop, Stopped, type StopSignal } from '../../../core/stop';
import type { WorkerHost } from './host';
import type { EngineTraits } from './messages';

/**
 * What a worker that was just started says of its engine, once that is there.
 * @param who as messages call the worker, e.g. `the engine's process`
 * @throws Stopped when the signal is set
 * @throws LabError when the engine cannot be loaded, or the worker dies
 */
export async function traitsOf(
  host: WorkerHost,
  who: string,
  signal?: StopSignal,
): Promise<EngineTraits> {
  let endListening = (): void => undefined;
  try {
    return await new Promise((resolve, reject) => {
      host.listener = {
        reply: (reply) => {
          if (reply.type === 'failed') reject(errorOf(reply.failure));
          else if (reply.type === 'ready') resolve(reply.engine);
        },
        died: (reason, cause) =>
          reject(new LabError('worker', `${who} died: ${reason}`, {}, { cause })),
      };
      endListening = onStop(signal, () => reject(new Stopped()));
    });
  } finally {
    host.listener = undefined;
    endListening();
  }
}
