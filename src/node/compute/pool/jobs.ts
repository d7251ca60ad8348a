import type { AttributionRequest } from '../../../core/attribution/request';
import type { StoredMatrix } from '../../../core/attribution/matrix';
import type { ToyData, ToyDataOptions, ToyDataProgress } from '../../../core/data/generate';
import type { ImportedData } from '../../../core/data/importedData';
import type { FoundSeeds, SeedSearch } from '../../../core/data/inversion';
import { LabError } from '../../../core/errors';
import { errorOf } from '../../../core/failure';
import type { Network } from '../../../core/network/layout';
import type { Specimen } from '../../../core/network/specimen';
import { onStop, Stopped, throwIfStopped, type StopSignal } from '../../../core/stop';
import type { Workload } from '../crossover/workload';
import type { ImportWork, ToyDataWork } from '../data/readData';
import { stopWorkers, type WorkerHost } from './host';
import type { JobRequest, WorkerReply } from './messages';

/** What workers do beside runs: what each job is about, what it tells meanwhile, what it gives. */
export interface Jobs {
  /** Milliseconds of one training step of one specimen. */
  readonly time: { readonly about: Workload; readonly progress: never; readonly gives: number };
  /** Seeds of some samples; tells how many are done. */
  readonly seek: {
    readonly about: SeedSearch;
    readonly progress: number;
    readonly gives: FoundSeeds;
  };
  /** Toy data, as long as it takes. */
  readonly generate: {
    readonly about: ToyDataOptions;
    readonly progress: ToyDataProgress;
    readonly gives: ToyData;
  };
  /** Files of PyTorch, read. */
  readonly import: {
    readonly about: ImportWork;
    readonly progress: never;
    readonly gives: ImportedData;
  };
  /** A file of generated data, read; undefined where it was made from something else. */
  readonly toyData: {
    readonly about: ToyDataWork;
    readonly progress: never;
    readonly gives: ToyData | undefined;
  };
  /** An attribution matrix, to be shown. */
  readonly attribute: {
    readonly about: {
      readonly encoder: Network;
      readonly specimen: Specimen;
      readonly request: AttributionRequest;
    };
    readonly progress: never;
    readonly gives: StoredMatrix;
  };
}

export type JobKind = keyof Jobs;

/** Who does a job, and for whom. */
export interface JobOptions<K extends JobKind> {
  /** As messages call the worker, e.g. `a thread of the inversion`. */
  readonly who: string;
  readonly signal?: StopSignal;
  readonly onProgress?: (progress: Jobs[K]['progress']) => void;
}

/**
 * Has a worker do a job. One that does not stop in time when it is told to is ended: then it is no more.
 * @throws Stopped when the signal is set
 * @throws LabError as the job does; (`worker`) when the worker died
 */
export async function doJob<K extends JobKind>(
  host: WorkerHost,
  kind: K,
  about: Jobs[K]['about'],
  { who, signal, onProgress }: JobOptions<K>,
): Promise<Jobs[K]['gives']> {
  throwIfStopped(signal);
  host.setStop(false);
  let endPatience: () => void = () => undefined;
  const endListening = onStop(signal, () => {
    endPatience = stopWorkers(() => [host]);
  });
  try {
    return await new Promise<Jobs[K]['gives']>((resolve, reject) => {
      host.listener = {
        reply(reply: WorkerReply) {
          if (reply.type === 'progress') onProgress?.(reply.progress as Jobs[K]['progress']);
          else if (reply.type === 'done') resolve(reply.result as Jobs[K]['gives']);
          else if (reply.type === 'failed') reject(errorOf(reply.failure));
        },
        died: (reason, cause) =>
          reject(
            signal?.aborted
              ? new Stopped()
              : new LabError('worker', `${who} died: ${reason}`, {}, { cause }),
          ),
      };
      host.send({ type: 'job', kind, about } as JobRequest);
    });
  } finally {
    endListening();
    endPatience();
    host.listener = undefined;
    // Whoever has it do something next finds it ready.
    host.setStop(false);
  }
}
