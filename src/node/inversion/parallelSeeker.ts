import { availableParallelism } from 'node:os';
import type { FoundSeeds, SeedSearch, SeedSeeker } from '../../core/data/inversion';
import { LabError } from '../../core/errors';
import { errorOf } from '../../core/failure';
import { throwIfStopped } from '../../core/stop';
import { startThread, type WorkerHost } from '../pool/host';
import type { WorkerReply } from '../pool/messages';
import { onceStopped } from '../pool/onceStopped';

/** Where seeds are looked for. */
export interface SeekerThreads {
  /** How many threads; one for each core unless given. */
  readonly count?: number;
  /** Threads that have nothing to do now, and are there for others afterwards; the rest are started. */
  readonly idle?: readonly WorkerHost[];
}

/** Looks for seeds in threads, each with its share of the samples: the same bits, sooner. */
export function parallelSeeker({
  count = availableParallelism(),
  idle = [],
}: SeekerThreads = {}): SeedSeeker {
  return async (search, pace, onProgress) => {
    throwIfStopped(pace.signal);
    const { shares, samples } = divide(search, count);
    const there = idle.filter(({ alive }) => alive).slice(0, shares.length);
    const own = shares.slice(there.length).map(() => startThread('simd'));
    const hosts = [...there, ...own];
    const setStop = (stop: boolean): void => hosts.forEach((host) => host.setStop(stop));
    const endWaiting = onceStopped(pace.signal, () => setStop(true));
    const done = shares.map(() => 0);
    const work = shares.map((share, t) =>
      seekIn(hosts[t], share, (part) => {
        done[t] = part;
        onProgress?.(
          done.reduce((sum, some) => sum + some, 0),
          samples,
        );
      }),
    );
    try {
      const found = await Promise.all(work);
      return {
        seeds: joined(found.map(({ seeds }) => seeds)),
        errors: joined(found.map(({ errors }) => errors)),
      };
    } finally {
      endWaiting();
      // When one fails the others are not needed any more; whoever is next finds all threads idle.
      setStop(true);
      await Promise.allSettled(work);
      setStop(false);
      await Promise.all(own.map((host) => host.end()));
    }
  };
}

/** A share of consecutive samples for each thread, in order. */
function divide(search: SeedSearch, threads: number): { shares: SeedSearch[]; samples: number } {
  const { model, wanted, starts } = search;
  const [inputs] = model.layout.widths;
  const samples = starts.length / inputs;
  const features = wanted.length / samples;
  const size = Math.ceil(samples / Math.max(1, threads));
  const shares: SeedSearch[] = [];
  for (let first = 0; first < samples; first += size) {
    const end = Math.min(first + size, samples);
    shares.push({
      ...search,
      wanted: wanted.slice(first * features, end * features),
      starts: starts.slice(first * inputs, end * inputs),
    });
  }
  return { shares, samples };
}

function seekIn(
  host: WorkerHost,
  search: SeedSearch,
  onProgress: (done: number) => void,
): Promise<FoundSeeds> {
  return new Promise<FoundSeeds>((resolve, reject) => {
    host.listener = {
      reply(reply: WorkerReply) {
        if (reply.type === 'sought') onProgress(reply.samples);
        else if (reply.type === 'found') resolve(reply.found);
        else if (reply.type === 'failed') reject(errorOf(reply.failure));
      },
      died: (reason, cause) =>
        reject(new LabError('worker', `a thread of the inversion died: ${reason}`, {}, { cause })),
    };
    host.send({ type: 'seek', search });
  }).finally(() => (host.listener = undefined));
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
