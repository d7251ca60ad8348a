import { parameterCount, type Network } from '../../network/layout';
import { Pacer, throwIfStopped, type Pace, type StopSignal } from '../../stop';
import { nextAdamStep, type AdamOptions } from '../../training/adam';
import type { Engine, EpochResult, TrainingTask } from '../engine';
import { requireFinite } from '../requireFinite';
import { AdamFactors, Dropout, Prediction, Training } from './generated/records';
import type { Kernel } from './kernel';
import { KernelMemory } from './kernelMemory';
import { placeNetwork, readParameters, writeParameters } from './kernelNetwork';
import { simdAttribution } from './simdAttribution';
import { simdInversion } from './simdInversion';
import { webAssemblyKernel } from './webAssembly';

/** Rows that are predicted at once: their values stay in the first cache. */
const PREDICTED_AT_ONCE = 64;
/** How much faster than plain TypeScript the kernel is, for pacing: breaths are counted in its work. */
const SPEEDUP = 16;
/** Operations of one call into the kernel: some 20 ms, unless a single step takes longer. */
const OPERATIONS_PER_CALL = 6e8;

/**
 * The engine on the kernel in `src/kernel`: one call trains one network for an epoch. It does the
 * operations of the plain TypeScript engine in the same order, so it gives the same bits, whatever the
 * kernel was compiled for.
 * @param stop stops also what is given no pace, in the middle of a call
 * @throws Error where the kernel is WebAssembly and `simdAvailable()` is false
 */
export function simdEngine(kernel: Kernel = webAssemblyKernel, stop?: StopSignal): Engine {
  // An instance is busy while what it does is suspended, so each piece of work takes one for itself.
  const idle: KernelMemory[] = [];
  const take = (): KernelMemory => idle.pop() ?? new KernelMemory(kernel, stop);
  const giveBack = (memory: KernelMemory, bottom: number): void => {
    memory.release(bottom);
    idle.push(memory);
  };
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
    attribution: simdAttribution(new KernelMemory(kernel, stop)),
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
  try {
    for (let index = 0; index < tasks.length; index++) {
      memory.release(bottom);
      yield* trainOne(memory, tasks[index], index, pace);
    }
  } finally {
    memory.release(bottom);
  }
}

async function* trainOne(
  memory: KernelMemory,
  task: TrainingTask,
  index: number,
  pace: Pace,
): AsyncGenerator<EpochResult, void> {
  const pacer = new Pacer(pace);
  const placed = placeTask(memory, task);
  const powers = { beta1Power: 1, beta2Power: 1 };
  const operations = 6 * task.parameters.length * task.batchSize;
  const stepsPerCall = Math.max(1, Math.floor(OPERATIONS_PER_CALL / operations));
  const top = memory.mark();
  for (let epoch = 1; epoch <= task.epochs; epoch++) {
    throwIfStopped(pace.signal);
    memory.release(top);
    memory.uint32(placed.order, task.data.samples).set(task.order(epoch));
    if (task.dropout) {
      memory.uint32(placed.generators, 16).set(task.dropout.source(epoch).state);
    }
    const record = memory.record(Training, {
      ...placed.training,
      factors: memory.records(AdamFactors, adamFactors(placed.steps, powers, task.adam)),
    });
    for (let from = 0; from < placed.steps; from += stepsPerCall) {
      const to = Math.min(from + stepsPerCall, placed.steps);
      await pacer.spend(((to - from) * operations) / SPEEDUP);
      memory.call('train', pace.signal, record, from, to);
    }
    const stepLosses = memory.float64(placed.training.losses, placed.steps).slice();
    stepLosses.forEach((loss, step) => requireFinite(loss, index, epoch, step));
    const parameters = readParameters(memory, placed.training.network, task.layout);
    yield { task: index, epoch, stepLosses, parameters };
  }
}

interface PlacedTask {
  readonly steps: number;
  readonly order: number;
  /** Of dropout. */
  readonly generators: number;
  /** All but what each epoch brings. */
  readonly training: Omit<Training, 'factors'>;
}

function placeTask(memory: KernelMemory, task: TrainingTask): PlacedTask {
  const { data, layout, batchSize, dropout } = task;
  const steps = Math.ceil(data.samples / batchSize);
  const order = memory.reserve(4 * data.samples);
  const generators = memory.reserve(64);
  const probability = dropout?.probability ?? 0;
  const network = placeNetwork(memory, layout, Math.min(batchSize, data.samples), {
    training: true,
    dropout: dropout !== undefined,
  });
  writeParameters(memory, network, task.parameters);
  const training = {
    network,
    samples: data.samples,
    inputs: memory.place(data.inputs),
    targets: memory.place(data.targets),
    order,
    losses: memory.reserve(8 * steps),
    dropout: dropout
      ? memory.record(Dropout, {
          state: generators,
          threshold: Math.ceil(probability * 2 ** 32),
          scale: 1 / (1 - probability),
        })
      : 0,
    until: 0,
  };
  return { steps, order, generators, training };
}

function adamFactors(
  steps: number,
  powers: { beta1Power: number; beta2Power: number },
  options: AdamOptions,
): AdamFactors[] {
  const { beta1, beta2, epsilon } = options;
  return Array.from({ length: steps }, () => {
    const { stepSize, correction } = nextAdamStep(powers, options);
    return {
      rate: -stepSize,
      divisor: correction,
      meanRate: 1 - beta1,
      keep: beta2,
      squareRate: 1 - beta2,
      epsilon,
    };
  });
}

/** The memory is the prediction's alone until it is done. */
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
  writeParameters(memory, network, parameters);
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
