import { parameterCount, type Network } from '../../network/layout';
import { Pacer, type Pace, type StopSignal } from '../../stop';
import type { Engine, EpochResult, TrainingTask } from '../engine';
import { requireTask } from '../task';
import { Prediction } from './generated/records';
import type { Kernel } from './kernel';
import { KernelMemory } from './kernelMemory';
import { placeNetwork, writeVariable } from './kernelNetwork';
import { OPERATIONS_PER_CALL, SPEEDUP } from './pacing';
import { simdAttribution } from './simdAttribution';
import { simdInversion } from './simdInversion';
import { simdMeasures } from './simdMeasures';
import { trainOne } from './simdTraining';
import { webAssemblyKernel } from './webAssembly';

/** Rows per batch of a prediction: their values fit the first cache. */
const PREDICTED_AT_ONCE = 64;

/**
 * The engine that uses the kernel in `src/kernel`: one call trains one network for an epoch. Every variant of
 * the kernel does the operations of the plain TypeScript engine in the same order, and so gives the same bits.
 * @param stop stops calls that have no pace, such as attribution
 * @throws Error if the kernel is WebAssembly and `simdAvailable()` is false
 */
export function simdEngine(kernel: Kernel = webAssemblyKernel, stop?: StopSignal): Engine {
  // A suspended piece of work keeps its memory, so each piece of work has a memory of its own.
  const idle: KernelMemory[] = [];
  const take = (): KernelMemory => idle.pop() ?? new KernelMemory(kernel, stop);
  const giveBack = (memory: KernelMemory, bottom: number): void => {
    memory.release(bottom);
    idle.push(memory);
  };
  // Attribution and measures are computed in one call, so they never find the memory in use.
  const immediate = new KernelMemory(kernel, stop);
  return {
    name: 'simd',
    description: kernel.description,
    seedsAtOnce: 1,
    async *train(tasks, pace) {
      const memory = take();
      try {
        yield* train(memory, tasks, pace);
      } finally {
        idle.push(memory);
      }
    },
    async predict(network, inputs, pace) {
      const memory = take();
      const bottom = memory.mark();
      try {
        return await predict(memory, network, inputs, pace);
      } finally {
        giveBack(memory, bottom);
      }
    },
    inversion(model, samples, adam) {
      const memory = take();
      const bottom = memory.mark();
      return simdInversion(memory, model, samples, adam, () => giveBack(memory, bottom));
    },
    attribution: simdAttribution(immediate),
    measures: simdMeasures(immediate),
    dispose: () => {
      idle.length = 0;
    },
  };
}

async function* train(
  memory: KernelMemory,
  tasks: readonly TrainingTask[],
  pace: Pace,
): AsyncGenerator<EpochResult, void> {
  const bottom = memory.mark();
  tasks.forEach(requireTask);
  try {
    for (let index = 0; index < tasks.length; index++) {
      memory.release(bottom);
      yield* trainOne(memory, tasks[index], index, pace);
    }
  } finally {
    memory.release(bottom);
  }
}

/** The caller must not use the memory until the prediction has ended. */
async function predict(
  memory: KernelMemory,
  { layout, parameters }: Network,
  inputs: Float32Array,
  pace: Pace,
): Promise<Float32Array> {
  const { widths } = layout;
  const [inputDim] = widths;
  const outputDim = widths[widths.length - 1];
  const samples = inputs.length / inputDim;
  const predictions = new Float32Array(samples * outputDim);
  const pacer = new Pacer(pace);
  const operations = 2 * parameterCount(layout);
  const perCall = Math.min(samples, Math.max(1, Math.floor(OPERATIONS_PER_CALL / operations)));
  const network = placeNetwork(memory, layout, PREDICTED_AT_ONCE);
  writeVariable(memory, network, 'parameters', parameters);
  const inputsAt = memory.reserve(4 * perCall * inputDim);
  const outputsAt = memory.reserve(4 * perCall * outputDim);
  const top = memory.mark();
  for (let start = 0; start < samples; start += perCall) {
    const rows = Math.min(perCall, samples - start);
    await pacer.spend((rows * operations) / SPEEDUP);
    const chunk = inputs.subarray(start * inputDim, (start + rows) * inputDim);
    memory.float32(inputsAt, chunk.length).set(chunk);
    memory.release(top);
    const record = memory.record(Prediction, {
      network,
      samples: rows,
      inputs: inputsAt,
      outputs: outputsAt,
    });
    memory.call('predict', pace.signal, record);
    predictions.set(memory.float32(outputsAt, rows * outputDim), start * outputDim);
  }
  return predictions;
}
