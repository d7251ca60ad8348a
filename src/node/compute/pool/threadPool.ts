import type { EngineName } from '../../../core/engine/engine';
import type { ExperimentContext } from '../../../core/experiment/context';
import type { WorkerHost } from './host';
import { WorkerPool } from './workerPool';

/** Engines that train one network after another, and so gain from threads. */
export type ThreadedEngine = Exclude<EngineName, 'tensorflow'>;

/** A pool of threads: legs side by side. @param begun threads that are there already, the pool's from now on */
export function threadPool(
  context: ExperimentContext,
  size: number,
  start: () => WorkerHost,
  begun: readonly WorkerHost[] = [],
): WorkerPool {
  const { data, encoder } = context;
  // One copy of what is large for all workers.
  const shared = {
    ...context,
    data: { ...data, inputs: sharedCopy(data.inputs), targets: sharedCopy(data.targets) },
    encoder: { ...encoder, parameters: sharedCopy(encoder.parameters) },
  };
  return new WorkerPool({
    context: shared,
    size,
    // Enough that no worker waits for another's arm to be trained.
    seedsAtOnce: size,
    together: false,
    start,
    begun,
  });
}

function sharedCopy(values: Float32Array): Float32Array {
  const copy = new Float32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
