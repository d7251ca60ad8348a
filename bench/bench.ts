import { availableParallelism } from 'node:os';
import { bundleWorker } from './hosts/bundle';
import { processHost, threadHost } from './hosts/local';
import type { Host } from './hosts/messages';
import { interpreter, pythonHost } from './hosts/python';
import { hosted, type Contender, type Entry } from './timing/contender';
import type { Effort } from './timing/race';
import type { Job } from './work/job';

/** What all rows are measured with. */
export interface Bench {
  readonly quick: boolean;
  readonly effort: Effort;
  readonly cores: number;
  /** One worker thread for each core. */
  readonly threads: readonly Host[];
  readonly tensorflow: Host;
  readonly tensorflowDescription: string;
  /** Absent where PyTorch is not installed. */
  readonly python?: Host;
  readonly pytorchDescription: string;
  /** Reports progress. */
  readonly log: (text: string) => void;
}

export const NOT_INSTALLED = 'not installed';

/** Starts all threads and processes. */
export async function openBench(quick: boolean, log: (text: string) => void): Promise<Bench> {
  const program = bundleWorker();
  const cores = availableParallelism();
  const threads = Array.from({ length: cores }, () => threadHost(program));
  const tensorflow = processHost(program);
  const { description = '' } = await tensorflow.call({ operation: 'hello' });
  const found = interpreter();
  const python = found ? await pythonHost(found) : undefined;
  return {
    quick,
    effort: quick ? { rounds: 3, sampleMs: 40 } : { rounds: 7, sampleMs: 120 },
    cores,
    threads,
    tensorflow,
    tensorflowDescription: description,
    python: python?.host,
    pytorchDescription: python?.description ?? NOT_INSTALLED,
    log,
  };
}

/** Ends all threads and processes. */
export async function closeBench({ threads, tensorflow, python }: Bench): Promise<void> {
  const hosts = [...threads, tensorflow, ...(python ? [python] : [])];
  await Promise.all(hosts.map((host) => host.close()));
}

/** A job for PyTorch with one thread and with one for each core; none where it is not installed. */
export function onPytorch(
  { python, cores }: Bench,
  job: Job,
  entry: Entry | ((threads: number) => Entry),
): Contender[] {
  if (!python) return [];
  const counts = [...new Set([1, cores])];
  return counts.map((threads) => {
    const its = typeof entry === 'function' ? entry(threads) : entry;
    const variant = [its.variant, `${threads} thread${threads === 1 ? '' : 's'}`];
    return hosted(
      python,
      { ...job, threads },
      { ...its, variant: variant.filter(Boolean).join(', ') },
    );
  });
}
