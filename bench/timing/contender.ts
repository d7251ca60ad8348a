import type { Host, PythonJob } from '../hosts/messages';
import type { Job } from '../work/job';
import type { Tolerance } from './agreement';

/** One way of doing a piece of work. */
export interface Contender extends Entry {
  /** Prepares it and computes the result on which all sides must agree. */
  prepare(): Promise<ArrayLike<number>>;
  /** Does about so much of it. */
  run(amount: number): Promise<Run>;
  /** Releases its resources. */
  finish(): Promise<void>;
}

/** Position of a contender in the table. */
export interface Entry {
  readonly column: string;
  /** Tells contenders of the same column apart: the fastest of them counts. */
  readonly variant?: string;
  readonly extrapolated?: string;
  /** How close to the first contender its result must be; left out: it has none. */
  readonly tolerance?: Tolerance;
}

/** What was done, and how long it took. */
export interface Run {
  readonly ms: number;
  readonly units: number;
}

let lastId = 0;

/** A job in a thread or process; its own clock counts. */
export function hosted(host: Host, job: Job | PythonJob, entry: Entry): Contender {
  const id = ++lastId;
  return {
    ...entry,
    prepare: async () => (await host.call({ operation: 'prepare', id, job })).result ?? [],
    async run(amount) {
      const { ms = NaN, units = NaN } = await host.call({ operation: 'run', id, amount });
      return { ms, units };
    },
    async finish() {
      await host.call({ operation: 'drop', id });
    },
  };
}

/**
 * Jobs side by side, one in each thread; the wall clock counts. The result is those of all threads, one
 * after another.
 * @param weightOf how much of the whole a job is; by default all are equal
 */
export function concurrently<J extends Job>(
  hosts: readonly Host[],
  jobs: readonly J[],
  entry: Entry,
  weightOf: (job: J) => number = () => 1,
): Contender {
  const parts = jobs.map((job, i) => hosted(hosts[i], job, entry));
  const weights = jobs.map(weightOf);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    ...entry,
    async prepare() {
      const results = await Promise.all(parts.map((part) => part.prepare()));
      return results.flatMap((result) => Array.from(result));
    },
    async run(amount) {
      const shares = weights.map((weight) => Math.max(1, Math.round((amount * weight) / total)));
      const start = performance.now();
      const runs = await Promise.all(parts.map((part, i) => part.run(shares[i])));
      const ms = performance.now() - start;
      return { ms, units: runs.reduce((sum, { units }) => sum + units, 0) };
    },
    async finish() {
      await Promise.all(parts.map((part) => part.finish()));
    },
  };
}
