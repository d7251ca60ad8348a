import type { Tensor1D } from '@tensorflow/tfjs-core';
import { nextAdamStep, type AdamOptions, type AdamState } from '../../training/adam';
import type { Tensorflow } from './perceptron';

/** Parameters with Adam's moving averages, all of one length. */
export type AdamTensors = Record<'parameters' | 'mean' | 'square', Tensor1D>;

/**
 * One step of Adam on whole tensors: the operations of `adamUpdate`, in the same order. Must be called within
 * `tf.tidy`; the caller disposes of the arguments.
 */
export function adamTensors(
  tf: Tensorflow,
  { parameters, mean, square }: AdamTensors,
  gradients: Tensor1D,
  powers: Pick<AdamState, 'beta1Power' | 'beta2Power'>,
  options: AdamOptions,
): AdamTensors {
  const { stepSize, correction } = nextAdamStep(powers, options);
  const meanRate = Math.fround(1 - options.beta1);
  const change = tf.sub(gradients, mean);
  const nextMean: Tensor1D =
    meanRate < 0.5
      ? tf.add(mean, tf.mul(change, meanRate))
      : tf.sub(gradients, tf.mul(change, 1 - meanRate));
  const nextSquare: Tensor1D = tf.add(
    tf.mul(square, options.beta2),
    tf.mul(tf.mul(gradients, 1 - options.beta2), gradients),
  );
  const denominator = tf.add(tf.div(tf.sqrt(nextSquare), correction), options.epsilon);
  return {
    parameters: tf.add(parameters, tf.div(tf.mul(nextMean, -stepSize), denominator)),
    mean: nextMean,
    square: nextSquare,
  };
}
