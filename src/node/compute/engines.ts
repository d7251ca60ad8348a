import { availableParallelism } from 'node:os';
import type { EngineName } from '../../core/engine/engine';
import type { RemoteEngine } from '../../core/experiment/runExperiment';
import { fastestLocalEngine } from './localEngine';
import { EngineProcess } from './pool/engineProcess';
import { startThread, type WorkerHost } from './pool/host';
import { traitsOf } from './pool/traits';
import { threadPool, type ThreadedEngine, type WorkerPool } from './pool/workerPool';

/** An engine that users may choose. */
export type EngineChoice = EngineName | 'auto';

export const ENGINE_NAMES: readonly EngineName[] = ['simd', 'typescript', 'tensorflow'];
export const ENGINE_CHOICES: readonly EngineChoice[] = ['auto', ...ENGINE_NAMES];

/** An engine that runs legs, in threads or a process. */
export interface OpenEngine extends RemoteEngine {
  /** The requested name; without SIMD, its TypeScript twin gives the same bits. */
  readonly name: EngineName;
  /** A note for the user. */
  readonly note?: string;
  /** Threads that are idle until an executor is requested. */
  readonly idleThreads?: readonly WorkerHost[];
  /** Ends its threads and processes. */
  dispose(): Promise<void>;
}

export interface EngineOptions {
  /** Threads for engines that train networks one by one; one per core unless given. */
  readonly workers?: number;
  readonly signal?: AbortSignal;
}

/**
 * Opens an engine: TensorFlow in its own process, the others in threads. Even a single worker is a thread,
 * so that this thread can react to a stop.
 * @throws Stopped when the signal is set
 * @throws LabError when the engine cannot be loaded, or its thread or process dies
 */
export async function openEngine(
  name: EngineName,
  { workers = availableParallelism(), signal }: EngineOptions = {},
): Promise<OpenEngine> {
  if (name !== 'tensorflow') return openThreads(name, workers, signal);
  return engineOfProcess(await EngineProcess.start(name, { signal }));
}

/** The TensorFlow engine in a running process. */
export function engineOfProcess(process: EngineProcess): OpenEngine {
  return {
    name: 'tensorflow',
    description: process.traits.description,
    executor: (context) => process.executor(context),
    dispose: () => process.dispose(),
  };
}

async function openThreads(
  name: ThreadedEngine,
  workers: number,
  signal: AbortSignal | undefined,
): Promise<OpenEngine> {
  const { note } = name === 'typescript' ? { note: undefined } : fastestLocalEngine();
  const pools: WorkerPool[] = [];
  // Threads take a while to start; they do so while the data is prepared.
  const begun = Array.from({ length: workers }, () => startThread(name));
  const endBegun = async (): Promise<void> => {
    await Promise.all(begun.splice(0).map((thread) => thread.end()));
  };
  let description: string;
  try {
    // The threads choose what they compute with.
    ({ description } = await traitsOf(begun[0], 'a thread of the engine', signal));
  } catch (error) {
    await endBegun();
    throw error;
  }
  return {
    name,
    description,
    note,
    executor: (context) => {
      const pool = threadPool(context, workers, () => startThread(name), begun.splice(0));
      pools.push(pool);
      return pool;
    },
    idleThreads: begun,
    dispose: async () => {
      await Promise.all(pools.map((pool) => pool.dispose()));
      await endBegun();
    },
  };
}
