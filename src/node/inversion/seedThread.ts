import { parentPort, workerData } from 'node:worker_threads';
import { seedSeeker, type FoundSeeds, type SeedSearch } from '../../core/data/inversion';
import { fastestLocalEngine } from '../localEngine';
import { nodePace } from '../pace';
import { failureOf, type Failure } from '../../core/failure';

/** What a thread is started with. */
export interface SeedThreadData {
  readonly search: SeedSearch;
  /** One shared int: anything but 0 means stop. */
  readonly stop: Int32Array;
}

/** What it tells. */
export type SeedThreadReply =
  | { readonly type: 'progress'; readonly done: number }
  | { readonly type: 'found'; readonly found: FoundSeeds }
  | { readonly type: 'failed'; readonly failure: Failure };

/** The program of a thread: looks for the seeds of its samples, then ends. */
async function main({ search, stop }: SeedThreadData): Promise<void> {
  const reply = (message: SeedThreadReply): void => parentPort?.postMessage(message);
  const signal = {
    get aborted(): boolean {
      return Atomics.load(stop, 0) !== 0;
    },
  };
  const { engine } = fastestLocalEngine();
  try {
    const seek = seedSeeker(engine);
    const found = await seek(search, { ...nodePace(), signal }, (done) =>
      reply({ type: 'progress', done }),
    );
    reply({ type: 'found', found });
  } catch (error) {
    reply({ type: 'failed', failure: failureOf(error) });
  } finally {
    engine.dispose();
  }
}

void main(workerData as SeedThreadData);
