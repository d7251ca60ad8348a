import { parameterCount, type Network } from '../../network/layout';
import { Pacer, throwIfStopped, type Pace } from '../../stop';
import { nextAdamStep, type AdamOptions } from '../../training/adam';
import type { Engine, EpochResult, TrainingTask } from '../engine';
import { requireFinite } from '../requireFinite';
import { KernelMemory, strideOf } from './kernelMemory';
import {
  forwardTask,
  placeNetwork,
  readParameters,
  writeParameters,
  type PlacedNetwork,
} from './kernelNetwork';
import { simdAttribution } from './simdAttribution';
import { simdInversion } from './simdInversion';

/** Rows that are predicted at once: their values stay in the first cache. */
const PREDICTED_AT_ONCE = 64;
/** How much faster than plain TypeScript the kernel is, for pacing: breaths are counted in its work. */
const SPEEDUP = 16;
/** Operations of one call into the kernel: some 20 ms. */
const OPERATIONS_PER_CALL = 6e8;
const ADAM_FIELDS = 6;

/**
 * The engine in WebAssembly with 128-bit SIMD: one call trains one network for an epoch. It does the
 * operations of the plain TypeScript engine in the same order, so it gives the same bits.
 * @throws Error where `simdAvailable()` is false
 */
export function simdEngine(): Engine {
  // An instance is busy while what it does is suspended, so each piece of work takes one for itself.
  const idle: KernelMemory[] = [];
  const take = (): KernelMemory => idle.pop() ?? new KernelMemory();
  const giveBack = (memory: KernelMemory, bottom: number): void => {
    memory.release(bottom);
    idle.push(memory);
  };
  return {
    name: 'simd',
    description: 'WebAssembly SIMD kernel',
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
    attribution: simdAttribution(new KernelMemory()),
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
  for (let epoch = 1; epoch <= task.epochs; epoch++) {
    throwIfStopped(pace.signal);
    memory.uint32(placed.order, task.data.samples).set(task.order(epoch));
    if (task.dropout) {
      memory.uint32(placed.dropoutState, 16).set(task.dropout.source(epoch).state);
    }
    writeAdamFactors(memory, placed.adam, placed.steps, powers, task.adam);
    for (let from = 0; from < placed.steps; from += stepsPerCall) {
      const to = Math.min(from + stepsPerCall, placed.steps);
      await pacer.spend(((to - from) * operations) / SPEEDUP);
      // The factors of the first step to run stand at the task's own address.
      memory.uint32(placed.adamField, 1)[0] = placed.adam + 4 * ADAM_FIELDS * from;
      memory.kernel.trainSteps(placed.record, from, to);
    }
    const stepLosses = memory.float64(placed.losses, placed.steps).slice();
    stepLosses.forEach((loss, step) => requireFinite(loss, index, epoch, step));
    const parameters = readParameters(memory, placed.network, task.parameters.length);
    yield { task: index, epoch, stepLosses, parameters };
  }
}

interface PlacedTask {
  readonly record: number;
  readonly network: PlacedNetwork;
  readonly steps: number;
  readonly order: number;
  readonly losses: number;
  readonly dropoutState: number;
  readonly adam: number;
  /** Address of the record's field that points to the factors. */
  readonly adamField: number;
}

function placeTask(memory: KernelMemory, task: TrainingTask): PlacedTask {
  const { data, layout, batchSize, dropout } = task;
  const steps = Math.ceil(data.samples / batchSize);
  const rowBytes = strideOf(data.inputDim);
  const inputs = memory.allocate(data.samples * rowBytes);
  const targets = memory.allocate(4 * data.targets.length);
  const order = memory.allocate(4 * data.samples);
  const losses = memory.allocate(8 * steps);
  const adam = memory.allocate(4 * ADAM_FIELDS * steps);
  const dropoutState = memory.allocate(64);
  const rows = Math.min(batchSize, data.samples);
  const network = placeNetwork(memory, layout, rows, {
    training: true,
    dropout: dropout !== undefined,
  });
  const zeros = memory.allocate(4 * network.widest);
  const gradients = memory.allocate(4 * strideOf(network.widest));
  const probability = dropout?.probability ?? 0;
  const fields = {
    layers: network.layers.length,
    firstLayer: network.records,
    batchSize,
    inputs,
    targets,
    batchInputs: network.batchInputs,
    terms: network.terms,
    order,
    samples: data.samples,
    losses,
    zeros,
    gradients,
    dropoutState,
    dropoutThreshold: Math.ceil(probability * 2 ** 32),
    dropoutScale: { float32: 1 / (1 - probability) },
    adam,
  };
  const record = memory.record(fields);
  memory.writeRows(inputs, rowBytes, data.inputs, data.inputDim);
  memory.float32(targets, data.targets.length).set(data.targets);
  writeParameters(memory, network, task.parameters);
  const adamField = record + 4 * Object.keys(fields).indexOf('adam');
  return { record, network, steps, order, losses, dropoutState, adam, adamField };
}

function writeAdamFactors(
  memory: KernelMemory,
  address: number,
  steps: number,
  powers: { beta1Power: number; beta2Power: number },
  options: AdamOptions,
): void {
  const factors = memory.float32(address, ADAM_FIELDS * steps);
  const { beta1, beta2, epsilon } = options;
  for (let step = 0; step < steps; step++) {
    const { stepSize, correction } = nextAdamStep(powers, options);
    factors.set([-stepSize, correction, 1 - beta1, beta2, 1 - beta2, epsilon], ADAM_FIELDS * step);
  }
}

/** The memory is the prediction's alone until it is done. */
async function predict(
  memory: KernelMemory,
  network: Network,
  inputs: Float32Array,
  pace: Pace,
): Promise<Float32Array> {
  const { widths } = network.layout;
  const [inputDim] = widths;
  const outputDim = widths[widths.length - 1];
  const samples = inputs.length / inputDim;
  const predictions = new Float32Array(samples * outputDim);
  const pacer = new Pacer(pace);
  const operations = 2 * parameterCount(network.layout);
  const perCall = Math.min(samples, Math.max(1, Math.floor(OPERATIONS_PER_CALL / operations)));
  const placed = placeNetwork(memory, network.layout, PREDICTED_AT_ONCE);
  const task = forwardTask(memory, placed, PREDICTED_AT_ONCE);
  writeParameters(memory, placed, network.parameters);
  const inputsAt = memory.reserve(4 * perCall * inputDim);
  const outputsAt = memory.reserve(4 * perCall * outputDim);
  for (let start = 0; start < samples; start += perCall) {
    const rows = Math.min(perCall, samples - start);
    await pacer.spend((rows * operations) / SPEEDUP);
    const chunk = inputs.subarray(start * inputDim, (start + rows) * inputDim);
    memory.float32(inputsAt, chunk.length).set(chunk);
    memory.kernel.predict(task, inputsAt, outputsAt, rows);
    predictions.set(memory.float32(outputsAt, rows * outputDim), start * outputDim);
  }
  return predictions;
}
