import type * as tfjs from '@tensorflow/tfjs-core';
import type { Rank, Tensor1D, Tensor3D } from '@tensorflow/tfjs-core';
import { isRelu } from '../../network/layout';
import type { Penalty } from '../../training/penalty';
import type { StackLayout } from './stackLayout';

/** The TensorFlow.js module. */
export type Tensorflow = typeof tfjs;

/*
 * Forward and backward pass of a stack, written out rather than left to automatic differentiation, since
 * the conformance suite specifies them. Biases are added as products with ones because in the plain
 * JavaScript backend broadcasting and summing over an outer axis are several times as slow; native backends
 * show little difference. All functions must be called within `tf.tidy`.
 */

/** The tensors of one layer of a stack. */
export interface LayerTensors {
  /** `[specimens, inputs, outputs]` */
  readonly weights: Tensor3D;
  /** `[specimens, 1, outputs]` */
  readonly biases: Tensor3D;
}

/** The layers of a stack as slices of its flat parameters. */
export function layerTensors(
  tf: Tensorflow,
  { layers, specimens }: StackLayout,
  parameters: Tensor1D,
): LayerTensors[] {
  const block = (start: number, rows: number, columns: number): Tensor3D => {
    const flat = tf.slice(parameters, start, specimens * rows * columns);
    return tf.reshape(flat, [specimens, rows, columns]);
  };
  return layers.map(({ inputs, outputs, weights, biases }) => ({
    weights: block(weights, inputs, outputs),
    biases: block(biases, 1, outputs),
  }));
}

/**
 * The inputs, the hidden activations and the outputs.
 * @param inputs `[specimens, batch, inputs]`, or `[1, batch, inputs]` where all specimens see the same
 * @param masks dropout: per hidden layer `[specimens, batch, width]`, or empty
 * @returns per layer `[specimens, batch, width]`, beginning with `inputs` unchanged
 */
export function forward(
  tf: Tensorflow,
  { activations }: StackLayout,
  layers: readonly LayerTensors[],
  inputs: Tensor3D,
  masks: readonly Tensor3D[],
): Tensor3D[] {
  const ones = tf.ones<Rank.R3>([1, inputs.shape[1], 1]);
  const values = [inputs];
  layers.forEach(({ weights, biases }, l) => {
    let value: Tensor3D = tf.add(tf.matMul(values[l], weights), tf.matMul(ones, biases));
    if (l < activations.length && isRelu(activations[l])) value = tf.relu(value);
    if (l < masks.length) value = tf.mul(value, masks[l]);
    values.push(value);
  });
  return values;
}

/**
 * Gradients of the loss and the penalty.
 * @param values result of {@link forward}
 * @param errors ∂loss/∂outputs, `[specimens, batch, outputs]`
 * @returns the gradients in the order of the stack's flat parameters
 */
export function backward(
  tf: Tensorflow,
  { activations }: StackLayout,
  layers: readonly LayerTensors[],
  values: readonly Tensor3D[],
  masks: readonly Tensor3D[],
  errors: Tensor3D,
  penalty?: Penalty,
): Tensor1D {
  const ones = tf.ones<Rank.R3>([1, 1, errors.shape[1]]);
  const gradients: Tensor1D[] = [];
  let delta = errors;
  for (let l = layers.length - 1; ; l--) {
    let weights = tf.matMul(values[l], delta, true, false);
    if (penalty?.kind === 'weights') {
      weights = tf.add(weights, tf.mul(tf.sign(layers[l].weights), penalty.lambda));
    }
    gradients.unshift(tf.reshape(weights, [-1]), tf.reshape(tf.matMul(ones, delta), [-1]));
    if (l === 0) return tf.concat1d(gradients);
    delta = tf.matMul(delta, layers[l].weights, false, true);
    if (penalty?.kind === 'activations') {
      delta = tf.add(delta, tf.mul(tf.sign(values[l]), penalty.lambda / errors.shape[1]));
    }
    if (masks.length > 0) delta = tf.mul(delta, masks[l - 1]);
    // A dropped unit also has the value 0, but its gradient is 0 already.
    if (isRelu(activations[l - 1])) {
      delta = tf.mul(delta, tf.cast(tf.greater(values[l], 0), 'float32'));
    }
  }
}
