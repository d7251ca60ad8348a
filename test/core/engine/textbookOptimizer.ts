import type { OptimizerOptions } from '../../../src/core/training/optimizer';
import type { Rounding } from './reference';

type Update = (gradients: Float64Array, learningRate: number) => void;

/** An optimiser that moves parameters in float64, as in textbooks. */
export function textbookOptimizer(
  parameters: Float64Array,
  options: OptimizerOptions,
  round: Rounding,
): Update {
  const { kind, weightDecay = 0 } = options;
  const move =
    kind === 'sgd'
      ? momentum(parameters, options.momentum ?? 0, round)
      : adam(parameters, options, round);
  return (gradients, learningRate) => {
    const slopes = gradients.map((g, i) =>
      kind === 'adamw' ? g : round(g + round(weightDecay * parameters[i])),
    );
    // Loshchilov & Hutter (2019), algorithm 2.
    const decay = kind === 'adamw' ? learningRate * weightDecay : 0;
    parameters.forEach((value, i) => (parameters[i] = round(value - round(decay * value))));
    move(slopes, learningRate);
  };
}

/** Kingma & Ba (2015), algorithm 1. */
function adam(
  parameters: Float64Array,
  { beta1, beta2, epsilon }: Exclude<OptimizerOptions, { kind: 'sgd' }>,
  round: Rounding,
): Update {
  const m = new Float64Array(parameters.length);
  const v = new Float64Array(parameters.length);
  let t = 0;
  return (gradients, learningRate) => {
    t++;
    gradients.forEach((g, i) => {
      m[i] = round(round(beta1 * m[i]) + round((1 - beta1) * g));
      v[i] = round(round(beta2 * v[i]) + round((1 - beta2) * g * g));
      const mean = round(m[i] / (1 - beta1 ** t));
      const root = round(Math.sqrt(round(v[i] / (1 - beta2 ** t))));
      const step = round(round(learningRate * mean) / round(root + epsilon));
      parameters[i] = round(parameters[i] - step);
    });
  };
}

/** Sutskever et al. (2013) with the learning rate outside of the buffer, as PyTorch has it. */
function momentum(parameters: Float64Array, share: number, round: Rounding): Update {
  const buffer = new Float64Array(parameters.length);
  return (gradients, learningRate) => {
    gradients.forEach((g, i) => {
      buffer[i] = round(round(share * buffer[i]) + g);
      parameters[i] = round(parameters[i] - round(learningRate * buffer[i]));
    });
  };
}
