import type { Tensor1D } from '@tensorflow/tfjs-core';
import { nextAdamStep, type AdamOptions, type AdamState } from '../../training/adam';
import type { OptimizerOptions } from '../../training/optimizer';
import type { Tensorflow } from './perceptron';

/** Parameters with the optimiser's moving averages, all of one length; for `sgd`, `mean` is the momentum. */
export type LearnedTensors = Record<'parameters' | 'mean' | 'square', Tensor1D>;

type Powers = Pick<AdamState, 'beta1Power' | 'beta2Power'>;

/**
 * One step of an optimiser on whole tensors: the operations of `optimizerUpdate`, in the same order. Must be
 * called within `tf.tidy`; the caller disposes of the arguments. The result may share tensors with them.
 */
export function optimizerTensors(
  tf: Tensorflow,
  learned: LearnedTensors,
  gradients: Tensor1D,
  powers: Powers,
  options: OptimizerOptions,
): LearnedTensors {
  const { kind, learningRate, weightDecay = 0 } = options;
  let { parameters } = learned;
  let slope = gradients;
  if (weightDecay !== 0 && kind === 'adamw') {
    parameters = tf.mul(parameters, 1 - learningRate * weightDecay);
  } else if (weightDecay !== 0) {
    slope = tf.add(gradients, tf.mul(parameters, weightDecay));
  }
  const decayed = { ...learned, parameters };
  if (options.kind !== 'sgd') return adamTensors(tf, decayed, slope, powers, options);
  const { momentum = 0 } = options;
  const mean = momentum === 0 ? undefined : tf.add(tf.mul(learned.mean, momentum), slope);
  return {
    ...learned,
    parameters: tf.add(parameters, tf.mul(mean ?? slope, -learningRate)),
    mean: (mean as Tensor1D | undefined) ?? learned.mean,
  };
}

function adamTensors(
  tf: Tensorflow,
  { parameters, mean, square }: LearnedTensors,
  gradients: Tensor1D,
  powers: Powers,
  options: AdamOptions,
): LearnedTensors {
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
