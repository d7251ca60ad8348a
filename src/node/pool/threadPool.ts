import type { EngineName } from '../../core/engine/engine';
import type { ExperimentContext } from '../../core/experiment/context';
import type { WorkerHost } from './host';
import { WorkerPool } from './workerPool';

/** Engines that train one network after another, and so gain from threads. */
export type ThreadedEngine = Exclude<EngineName, 'tensorflow'>;

/** A pool of threads: legs side by side. @param start starts a thread, or takes one that is there */
export function threadPool(
  context: ExperimentContext,
  size: number,
  start: () => WorkerHost,
): WorkerPool {
  const { data } = context;
  // One copy of the samples for all workers.
  const shared = {
    ...data,
    inputs: sharedCopy(data.inputs),
    targets: sharedCopy(data.targets),
  };
  return new WorkerPool({
    context: { ...context, data: shared },
    size,
    // Enough that no worker waits for another's arm to be trained.
    seedsAtOnce: size,
    together: false,
    start,
  });
}

function sharedCopy(values: Float32Array): Float32Array {
  const copy = new Float32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
