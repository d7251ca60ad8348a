import { LabError } from '../../../core/errors';
import { errorOf } from '../../../core/failure';
import { onStop, Stopped, type StopSignal } from '../../../core/stop';
import type { WorkerHost } from './host';
import type { EngineTraits } from './messages';

/**
 * Waits until a new worker has loaded its engine.
 * @param who the worker's name in messages, for example `the engine's process`
 * @returns the traits of the engine
 * @throws Stopped if the signal is set
 * @throws LabError if the engine cannot be loaded, or the worker dies
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
