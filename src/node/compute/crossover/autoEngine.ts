import { availableParallelism } from 'node:os';
import { describeChoice, fasterEngine, type StepTimes } from '../../../core/engine/crossover';
import { LabError } from '../../../core/errors';
import type { Specification } from '../../../core/experiment/specification';
import { engineOfProcess, openEngine, type EngineOptions, type OpenEngine } from '../engines';
import { EngineProcess } from '../pool/engineProcess';
import { startThread } from '../pool/host';
import { runJob } from '../pool/jobs';
import { installedTensorflow } from '../tensorflow/native';
import { rememberedTimes, rememberTimes, timesKey } from './measuredTimes';
import { workloadOf, type Workload } from './workload';

/**
 * Opens the engine that trains an experiment's specimens faster on this machine. Measures this once, in half
 * a second after TensorFlow's start, and stores the result. Without native TensorFlow there is no choice.
 * @throws Stopped when the signal is set
 */
export async function openAutoEngine(
  specification: Specification,
  options: EngineOptions = {},
): Promise<OpenEngine> {
  const installed = installedTensorflow();
  if (installed === undefined) return openEngine('simd', options);
  const { workers = availableParallelism(), signal } = options;
  const workload = workloadOf(specification);
  const parallelism = { specimens: workload.perSeed * workload.seeds, workers };
  const key = timesKey(installed, workload);

  let process: EngineProcess | undefined;
  let times = await rememberedTimes(key);
  if (!times) {
    process = await startNative(signal);
    times = await measure(workload, process, signal);
    await rememberTimes(key, times);
  }
  if (fasterEngine(times, parallelism) === 'tensorflow') process ??= await startNative(signal);
  else {
    await process?.dispose();
    process = undefined;
  }
  const engine = process ? engineOfProcess(process) : await openEngine('simd', options);
  const { local, tensorflow } = times;
  if (tensorflow === undefined) return engine;
  const choice = describeChoice({ local, tensorflow }, parallelism);
  return { ...engine, note: engine.note ? `${choice}; ${engine.note}` : choice };
}

/** The process of native TensorFlow; undefined if it is installed but cannot be loaded. */
async function startNative(signal?: AbortSignal): Promise<EngineProcess | undefined> {
  try {
    return await EngineProcess.start('tensorflow', { signal, tensorflow: 'native' });
  } catch (error) {
    if (error instanceof LabError) return undefined;
    throw error;
  }
}

async function measure(
  workload: Workload,
  process: EngineProcess | undefined,
  signal?: AbortSignal,
): Promise<StepTimes> {
  try {
    // The local engine trains specimens one by one, so a few are enough.
    const few = { ...workload, perSeed: Math.min(workload.perSeed, 2), seeds: 1 };
    const local = await timeLocally(few, signal);
    return { local, tensorflow: await process?.timeStep(workload, signal) };
  } catch (error) {
    await process?.dispose();
    throw error;
  }
}

/** Times the engine in a thread, as in a run, since a step may take long. */
async function timeLocally(workload: Workload, signal?: AbortSignal): Promise<number> {
  const thread = startThread('simd');
  try {
    return await runJob(thread, 'time', workload, {
      who: 'the thread that times the engine',
      signal,
    });
  } finally {
    await thread.end();
  }
}
