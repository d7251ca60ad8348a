import { layerCount, type Network } from '../../network/layout';
import { Pacer, throwIfStopped, type Pace } from '../../stop';
import type { Engine, EpochResult, TrainingTask } from '../engine';
import { requireFinite } from '../requireFinite';
import { requireTask } from '../task';
import { stacksOf } from './grouping';
import { forward, layerTensors, type Tensorflow } from './perceptron';
import { Stack } from './stack';
import { pack, stackLayout } from './stackLayout';

/**
 * Limit of floating-point operations in a step of a stack. It bounds how long a step, and so a stop, can
 * take. The plain JavaScript backend gains nothing from larger stacks; native backends, twenty times as
 * fast, gain up to hundreds of small specimens.
 */
const STACKED_OPERATIONS = { plain: 5e6, native: 4e8 } as const;

/** Number of seeds that native backends stack: more would gain little and delay the first results. */
export const STACKED_SEEDS = 8;

/** How much slower than plain TypeScript the plain JavaScript backend is, for pacing. */
const SLOWDOWN = 4;

/** Operations per block of a prediction. */
const PREDICTED_OPERATIONS = 5e6;

/**
 * The engine on TensorFlow.js. Similar specimens are stacked and trained by the same operations, so that
 * the overhead of an operation is shared by a whole population.
 * @param tf TensorFlow.js with its backend selected and ready
 * @param description name and version for people
 */
export function tensorflowEngine(tf: Tensorflow, description: string): Engine {
  const plain = tf.getBackend() === 'cpu';
  return {
    name: 'tensorflow',
    description,
    seedsAtOnce: plain ? 1 : STACKED_SEEDS,
    train: (tasks, pace) =>
      train(tf, tasks, pace, plain ? STACKED_OPERATIONS.plain : STACKED_OPERATIONS.native),
    predict: (network, inputs, pace) => predict(tf, network, inputs, pace),
    dispose: () => undefined,
  };
}

async function* train(
  tf: Tensorflow,
  tasks: readonly TrainingTask[],
  pace: Pace,
  stackedOperations: number,
): AsyncGenerator<EpochResult, void> {
  tasks.forEach(requireTask);
  const pacer = new Pacer(pace);
  for (const members of stacksOf(tasks, stackedOperations)) {
    const stack = new Stack(
      tf,
      members.map((index) => tasks[index]),
    );
    try {
      for (let epoch = 1; epoch <= tasks[members[0]].epochs; epoch++) {
        throwIfStopped(pace.signal);
        const steps = stack.begin(epoch);
        for (let s = 0; s < steps; s++) {
          await pacer.spend(SLOWDOWN * stack.operations);
          stack.step(s);
        }
        const results = await stack.read();
        for (const [m, task] of members.entries()) {
          results[m].stepLosses.forEach((loss, s) => requireFinite(loss, task, epoch, s));
          yield { task, epoch, ...results[m] };
        }
      }
    } finally {
      stack.dispose();
    }
  }
}

async function predict(
  tf: Tensorflow,
  network: Network,
  inputs: Float32Array,
  pace: Pace,
): Promise<Float32Array> {
  const { widths } = network.layout;
  const layout = stackLayout([network.layout]);
  const pacer = new Pacer(pace);
  const samples = inputs.length / widths[0];
  const outputDim = widths[widths.length - 1];
  const predictions = new Float32Array(samples * outputDim);
  const atOnce = Math.max(1, Math.floor(PREDICTED_OPERATIONS / (2 * layout.length)));
  const parameters = tf.tensor1d(pack(layout, [network.parameters]));
  try {
    for (let start = 0; start < samples; start += atOnce) {
      const rows = Math.min(atOnce, samples - start);
      await pacer.spend(SLOWDOWN * 2 * rows * layout.length);
      const piece = inputs.slice(start * widths[0], (start + rows) * widths[0]);
      const outputs = tf.tidy(() => {
        const layers = layerTensors(tf, layout, parameters);
        const batch = tf.tensor3d(piece, [1, rows, widths[0]]);
        return forward(tf, layout, layers, batch, [])[layerCount(network.layout)];
      });
      try {
        predictions.set(await outputs.data<'float32'>(), start * outputDim);
      } finally {
        outputs.dispose();
      }
    }
  } finally {
    parameters.dispose();
  }
  return predictions;
}
