import { joined } from '../../../core/joined';
import { availableParallelism } from 'node:os';
import {
  inversionSolver,
  type InversionProblem,
  type InversionSolver,
} from '../../../core/data/inversion';
import type { Engine } from '../../../core/engine/engine';
import { StopSource, throwIfStopped } from '../../../core/stop';
import { startThread, type WorkerHost } from '../pool/host';
import { runJob } from '../pool/jobs';

/** The threads of an inversion. */
export interface InversionThreads {
  /** Number of threads; one per core unless given. */
  readonly count?: number;
  /** Idle threads to use first; they are idle again afterwards. */
  readonly idle?: readonly WorkerHost[];
}

/** With fewer features, threads are not worth their start. */
const FEATURES_FOR_THREADS = 20_000;

/** The faster solver for this number of wanted features, over all samples. @param idle threads with nothing to do */
export function chooseInversionSolver(
  wanted: number,
  engine: Engine,
  idle?: readonly WorkerHost[],
): InversionSolver {
  return wanted < FEATURES_FOR_THREADS
    ? inversionSolver(engine)
    : parallelInversionSolver({ idle });
}

/** Looks for seeds in threads, each with its share of the samples; the bits are those of one thread. */
export function parallelInversionSolver({
  count = availableParallelism(),
  idle = [],
}: InversionThreads = {}): InversionSolver {
  return async (search, pace, onProgress) => {
    throwIfStopped(pace.signal);
    const { shares, samples } = divide(search, count);
    const there = idle.filter(({ alive }) => alive).slice(0, shares.length);
    const own = shares.slice(there.length).map(() => startThread('simd'));
    const hosts = [...there, ...own];
    const failures: unknown[] = [];
    const signal = new StopSource(pace.signal);
    const done = shares.map(() => 0);
    const work = shares.map((share, t) =>
      runJob(hosts[t], 'invert', share, {
        who: 'a thread of the inversion',
        signal,
        onProgress: (part) => {
          done[t] = part;
          onProgress?.(
            done.reduce((sum, some) => sum + some, 0),
            samples,
          );
        },
      }).catch((error: unknown) => {
        failures.push(error);
        // Without this share the others are of no use.
        signal.stop();
        throw error;
      }),
    );
    try {
      await Promise.allSettled(work);
      if (failures.length > 0) throw failures[0];
      const found = await Promise.all(work);
      return {
        seeds: joined(
          Float32Array,
          found.map(({ seeds }) => seeds),
        ),
        errors: joined(
          Float32Array,
          found.map(({ errors }) => errors),
        ),
      };
    } finally {
      signal.dispose();
      await Promise.all(own.map((host) => host.end()));
    }
  };
}

/** A share of consecutive samples for each thread, in order. */
function divide(
  search: InversionProblem,
  threads: number,
): { shares: InversionProblem[]; samples: number } {
  const { model, wanted, starts } = search;
  const [inputs] = model.layout.widths;
  const samples = starts.length / inputs;
  const features = wanted.length / samples;
  const size = Math.ceil(samples / Math.max(1, threads));
  const shares: InversionProblem[] = [];
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
