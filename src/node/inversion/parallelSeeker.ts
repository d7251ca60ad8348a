import { availableParallelism } from 'node:os';
import type { FoundSeeds, SeedSearch, SeedSeeker } from '../../core/data/inversion';
import { LabError } from '../../core/errors';
import { throwIfStopped } from '../../core/stop';
import { errorOf } from '../../core/failure';
import { startProgram } from '../threadProgram';
import type { SeedThreadData, SeedThreadReply } from './seedThread';

/** How often the threads' stop flag follows the signal. */
const STOP_POLL_MS = 20;

/** Looks for seeds in threads, each with its share of the samples: the same bits, sooner. */
export function parallelSeeker(threads: number = availableParallelism()): SeedSeeker {
  return async (search, pace, onProgress) => {
    throwIfStopped(pace.signal);
    const { shares, samples } = divide(search, threads);
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const poll = setInterval(() => {
      if (pace.signal?.aborted) Atomics.store(stop, 0, 1);
    }, STOP_POLL_MS);
    const done = shares.map(() => 0);
    try {
      const found = await Promise.all(
        shares.map((share, t) =>
          seekInThread({ search: share, stop }, (count) => {
            done[t] = count;
            onProgress?.(
              done.reduce((sum, part) => sum + part, 0),
              samples,
            );
          }),
        ),
      );
      return {
        seeds: joined(found.map(({ seeds }) => seeds)),
        errors: joined(found.map(({ errors }) => errors)),
      };
    } finally {
      // When one fails the others are not needed any more.
      Atomics.store(stop, 0, 1);
      clearInterval(poll);
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

function seekInThread(
  data: SeedThreadData,
  onProgress: (done: number) => void,
): Promise<FoundSeeds> {
  return new Promise((resolve, reject) => {
    const thread = startProgram(__dirname, 'seedThread', data);
    thread.on('message', (reply: SeedThreadReply) => {
      if (reply.type === 'progress') onProgress(reply.done);
      else if (reply.type === 'found') resolve(reply.found);
      else reject(errorOf(reply.failure));
    });
    const died = (reason: string, cause?: unknown): void =>
      reject(new LabError('worker', `a thread of the inversion died: ${reason}`, {}, { cause }));
    thread.on('error', (error) => died(error.message, error));
    // After its result, the end of a thread is no news.
    thread.on('exit', (code) => died(`exit code ${code}`));
  });
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
