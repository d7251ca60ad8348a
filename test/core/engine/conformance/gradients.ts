import type { Engine, TrainingTask } from '../../../../src/core/engine/engine';
import type { Conformance } from '../conformance';
import { FLOAT32_ROUNDING, referencePass } from '../reference';
import { taskOf, train, type TaskOptions } from '../tasks';
import { assertClose, open, operationsInSequence } from './bounds';

export function gradientsAreDerivatives({ engine }: Conformance): void {
  const cases: Record<string, TaskOptions> = {
    ReLU: { widths: [4, 8, 6, 2], samples: 9 },
    linear: { widths: [3, 5, 6, 3], activations: ['linear', 'linear'], samples: 9 },
    mixed: { widths: [4, 9, 7, 5, 1], activations: ['relu', 'linear', 'relu'], samples: 6 },
    'no hidden layer': { widths: [5, 3], samples: 4 },
    'one sample': { widths: [3, 7, 2], samples: 1 },
    'a penalty on activations': {
      widths: [4, 9, 7, 5, 1],
      activations: ['relu', 'linear', 'relu'],
      samples: 6,
      penalty: { kind: 'activations', lambda: 0.3 },
    },
    'a penalty on weights': {
      widths: [4, 8, 6, 2],
      samples: 9,
      penalty: { kind: 'weights', lambda: 0.02 },
    },
  };
  for (const [name, options] of Object.entries(cases)) {
    it(`equal central differences of the objective: ${name}`, async () => {
      const task = taskOf({ ...options, batchSize: 16 });
      const gradients = await gradientsOf(engine(), task);
      const bound = gradientErrors(task);
      const parameters = Float64Array.from(task.parameters);
      const batch = task.order(1);
      const h = 2 ** -16;
      const lossAt = (i: number, value: number): number => {
        const moved = parameters.slice();
        moved[i] = value;
        const { loss, penalty } = referencePass(task, moved, batch);
        return loss + penalty;
      };
      gradients.forEach((gradient, i) => {
        // Between two kinks the loss is quadratic in any one parameter: no truncation error.
        const difference = lossAt(i, parameters[i] + h) - lossAt(i, parameters[i] - h);
        const float64Errors = 1e-12;
        assertClose(gradient, difference / (2 * h), bound[i] + float64Errors, `gradient ${i}`);
      });
    });
  }
}

/**
 * The engine's gradients of one batch. Without memory (β₁ = β₂ = 0) Adam's first step is
 * θ ← θ − lr g / (|g| + ε); an ε beside which |g| vanishes makes it θ ← θ − (lr/ε) g, and a large
 * lr/ε, a power of two, makes θ vanish beside it: what is left is g up to a few roundings.
 */
export async function gradientsOf(engine: Engine, task: TrainingTask): Promise<Float64Array> {
  const gain = 2 ** 24;
  const epsilon = 2 ** 40;
  const optimizer = {
    kind: 'adam' as const,
    learningRate: gain * epsilon,
    beta1: 0,
    beta2: 0,
    epsilon,
  };
  const [{ parameters }] = await train(engine, [{ ...task, optimizer, epochs: 1 }]);
  return Float64Array.from(parameters, (value, i) => (task.parameters[i] - value) / gain);
}

/** Bounds on the error of each gradient. */
function gradientErrors(task: TrainingTask): Float64Array {
  const { layout, data, penalty } = task;
  const inputs = data.inputs.map(Math.abs);
  const targets = data.targets.map((target) => -Math.abs(target));
  const absolute = { layout: open(layout), data: { ...data, inputs, targets }, penalty };
  const parameters = Float64Array.from(task.parameters, Math.abs);
  const { gradients } = referencePass(absolute, parameters, task.order(1));
  const roundings = 2 * operationsInSequence(layout) + data.samples + 8;
  return gradients.map((bound) => roundings * FLOAT32_ROUNDING * bound);
}
