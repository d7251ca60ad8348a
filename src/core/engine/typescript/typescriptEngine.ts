import { isRelu, layersOf, type Network } from '../../network/layout';
import { Pacer, throwIfStopped, type Pace } from '../../stop';
import { copyState } from '../../training/optimizer';
import type { Engine, EpochResult, TrainingTask } from '../engine';
import { requireFinite } from '../requireFinite';
import { extrasOf, optimizerIn, requireTask } from '../task';
import { affine, relu } from './kernels';
import { Stepper } from './stepper';

/** Samples per block, chosen so that the buffers stay in the cache. */
const BLOCK_SAMPLES = 256;

/**
 * The engine in plain TypeScript. It runs wherever JavaScript runs, gives the same bits everywhere, and is
 * the reference for the faster engines.
 */
export function typescriptEngine(): Engine {
  return {
    name: 'typescript',
    description: 'plain TypeScript, float32 in a fixed order of operations',
    seedsAtOnce: 1,
    train,
    predict,
    dispose: () => undefined,
  };
}

async function* train(
  tasks: readonly TrainingTask[],
  pace: Pace,
): AsyncGenerator<EpochResult, void> {
  tasks.forEach(requireTask);
  const pacer = new Pacer(pace);
  for (let index = 0; index < tasks.length; index++) {
    const task = tasks[index];
    const stepper = new Stepper(task);
    for (let epoch = 1; epoch <= task.epochs; epoch++) {
      throwIfStopped(pace.signal);
      const order = task.order(epoch);
      const optimizer = optimizerIn(task, epoch);
      const dropoutBits = task.dropout?.source(epoch);
      const stepLosses = new Float64Array(Math.ceil(order.length / task.batchSize));
      for (let s = 0; s < stepLosses.length; s++) {
        await pacer.spend(stepper.operations);
        const batch = order.subarray(s * task.batchSize, (s + 1) * task.batchSize);
        stepLosses[s] = stepper.step(batch, dropoutBits, optimizer);
        requireFinite(stepLosses[s], index, epoch, s);
      }
      const extras = extrasOf(task, epoch, {
        movement: () => stepper.movement.slice(),
        state: () => copyState(stepper.state),
      });
      yield { task: index, epoch, stepLosses, parameters: stepper.parameters.slice(), ...extras };
    }
  }
}

async function predict(network: Network, inputs: Float32Array, pace: Pace): Promise<Float32Array> {
  const { widths, activations } = network.layout;
  const layers = layersOf(network);
  const pacer = new Pacer(pace);
  const samples = inputs.length / widths[0];
  const outputDim = widths[widths.length - 1];
  const predictions = new Float32Array(samples * outputDim);
  const buffers = widths.map((width) => new Float32Array(BLOCK_SAMPLES * width));
  for (let start = 0; start < samples; start += BLOCK_SAMPLES) {
    const rows = Math.min(BLOCK_SAMPLES, samples - start);
    await pacer.spend(2 * rows * network.parameters.length);
    buffers[0].set(inputs.subarray(start * widths[0], (start + rows) * widths[0]));
    layers.forEach(({ weights, biases, outputs }, l) => {
      affine(buffers[l], weights, biases, buffers[l + 1], rows);
      if (l < activations.length && isRelu(activations[l])) relu(buffers[l + 1], rows * outputs);
    });
    predictions.set(buffers[layers.length].subarray(0, rows * outputDim), start * outputDim);
  }
  return predictions;
}
