import type { TrainingTask } from '../../../src/core/engine/engine';
import { parameterCount, type Layout } from '../../../src/core/network/layout';
import { MersenneTwister } from '../../../src/core/random/mersenneTwister';
import { uniform } from '../../../src/core/random/torch';
import { textbookOptimizer } from './textbookOptimizer';

/*
 * Training in float64, one sample after the other, as in textbooks:
 * the reference for engines. It shares no arithmetic with them. Its gradients are themselves compared with
 * finite differences (reference.test.ts).
 */

/** Rounding applied to the result of every operation. */
export type Rounding = (value: number) => number;

const exactly: Rounding = (value) => value;

/** Largest relative error of one float32 operation. */
export const FLOAT32_ROUNDING = 2 ** -24;

/**
 * Monte Carlo arithmetic (Parker 1997): every result is off by a random relative error of the size that
 * float32 allows. The deviation of such a computation shows the possible effect of rounding.
 */
function randomly(seed: number): Rounding {
  const generator = MersenneTwister.fromSeed(seed);
  return (value) => value * (1 + FLOAT32_ROUNDING * (2 * uniform(generator) - 1));
}

/** Dropout factors of a batch: `[hidden layers][rows][units]`. */
export type Masks = readonly (readonly (readonly number[])[])[];

/** Loss, penalty and the gradients of their sum, of a batch. */
export interface Pass {
  readonly loss: number;
  readonly penalty: number;
  readonly gradients: Float64Array;
  /** Smallest magnitude of what goes into a ReLU or a penalty: near 0 rounding decides what is a gradient. */
  readonly nearestKink: number;
}

type Place = Pick<TrainingTask, 'layout' | 'data' | 'penalty'>;

/** Mean squared error and penalty of a batch, forward and backward. */
export function referencePass(
  { layout, data, penalty }: Place,
  parameters: Float64Array,
  batch: Iterable<number>,
  masks: Masks = [],
  round: Rounding = exactly,
): Pass {
  const rows = [...batch];
  const { inputDim, outputDim } = data;
  const gradients = new Float64Array(parameters.length);
  const sparse = { activations: 0, weights: 0 };
  if (penalty) sparse[penalty.kind] = penalty.lambda;
  let [loss, penalised, nearestKink] = [0, 0, Infinity];
  const pull = (value: number, lambda: number): number => {
    if (lambda === 0 || value === 0) return 0;
    penalised += lambda * Math.abs(value);
    nearestKink = Math.min(nearestKink, Math.abs(value));
    return lambda * Math.sign(value);
  };
  rows.forEach((sample, r) => {
    const input = data.inputs.subarray(sample * inputDim, (sample + 1) * inputDim);
    const { values, kink } = activations(layout, parameters, input, (l) => masks[l]?.[r], round);
    nearestKink = Math.min(nearestKink, kink);
    let delta = values[values.length - 1].map((output, o) => {
      const error = round(output - data.targets[sample * outputDim + o]);
      loss = round(loss + round((error * error) / (rows.length * outputDim)));
      return round((2 * error) / (rows.length * outputDim));
    });
    for (let l = layout.widths.length - 2; l >= 0; l--) {
      const at = offsetOf(layout, l);
      const [inputs, outputs] = [layout.widths[l], layout.widths[l + 1]];
      const below = new Array<number>(inputs).fill(0);
      delta.forEach((d, o) => {
        const row = at + o * inputs;
        const bias = at + outputs * inputs + o;
        gradients[bias] = round(gradients[bias] + d);
        for (let i = 0; i < inputs; i++) {
          gradients[row + i] = round(gradients[row + i] + round(d * values[l][i]));
          below[i] = round(below[i] + round(d * parameters[row + i]));
        }
      });
      if (l === 0) break;
      delta = below.map((d, i) => {
        const mask = masks[l - 1]?.[r][i] ?? 1;
        const sum = round(d + pull(values[l][i], sparse.activations / rows.length));
        return layout.activations[l - 1] === 'relu' && values[l][i] <= 0 ? 0 : round(sum * mask);
      });
    }
  });
  for (let l = 0; l + 1 < layout.widths.length; l++) {
    const at = offsetOf(layout, l);
    for (let i = at; i < at + layout.widths[l] * layout.widths[l + 1]; i++) {
      gradients[i] = round(gradients[i] + pull(parameters[i], sparse.weights));
    }
  }
  return { loss, penalty: penalised, gradients, nearestKink };
}

/** Outputs for `[samples, inputs]`, one row after the other. */
export function referencePredict(
  layout: Layout,
  parameters: Float64Array,
  inputs: Float32Array,
): number[] {
  const [width] = layout.widths;
  return Array.from({ length: inputs.length / width }, (_, s) => {
    const input = inputs.subarray(s * width, (s + 1) * width);
    return activations(layout, parameters, input).values.at(-1) ?? [];
  }).flat();
}

function activations(
  layout: Layout,
  parameters: Float64Array,
  input: Float32Array,
  mask: (hidden: number) => readonly number[] | undefined = () => undefined,
  round: Rounding = exactly,
): { values: number[][]; kink: number } {
  const values = [Array.from(input)];
  let kink = Infinity;
  for (let l = 0; l + 1 < layout.widths.length; l++) {
    const at = offsetOf(layout, l);
    const [inputs, outputs] = [layout.widths[l], layout.widths[l + 1]];
    const factors = mask(l);
    const next = Array.from({ length: outputs }, (_, o) => {
      let sum = parameters[at + outputs * inputs + o];
      for (let i = 0; i < inputs; i++) {
        sum = round(sum + round(values[l][i] * parameters[at + o * inputs + i]));
      }
      if (layout.activations[l] === 'relu') {
        kink = Math.min(kink, Math.abs(sum));
        sum = Math.max(sum, 0);
      }
      return factors ? round(sum * factors[o]) : sum;
    });
    values.push(next);
  }
  return { values, kink };
}

/** Where layer l's parameters begin. */
function offsetOf(layout: Layout, l: number): number {
  return parameterCount({ widths: layout.widths.slice(0, l + 1), activations: [] });
}

/** One epoch of the reference. */
export interface ReferenceEpoch {
  readonly losses: readonly number[];
  readonly parameters: Float64Array;
  readonly movement: Float64Array;
  readonly nearestKink: number;
}

/** Trains as engines are required to. */
function referenceTraining(task: TrainingTask, round: Rounding = exactly): ReferenceEpoch[] {
  const parameters = Float64Array.from(task.parameters);
  const movement = new Float64Array(parameters.length);
  const update = textbookOptimizer(parameters, task.optimizer, round);
  const isHeld = (i: number): boolean => task.mask?.[i] === 0;
  parameters.forEach((_, i) => isHeld(i) && (parameters[i] = 0));
  return Array.from({ length: task.epochs }, (_, e) => {
    const order = task.order(e + 1);
    const bits = task.dropout?.source(e + 1);
    const losses: number[] = [];
    let nearestKink = Infinity;
    for (let start = 0; start < order.length; start += task.batchSize) {
      const batch = order.subarray(start, start + task.batchSize);
      const masks = task.layout.widths.slice(1, -1).map((width) => {
        bits?.align();
        return Array.from(batch, () =>
          Array.from({ length: width }, () => dropoutFactor(task, bits?.uint32())),
        );
      });
      const pass = referencePass(task, parameters, batch, masks, round);
      losses.push(pass.loss);
      nearestKink = Math.min(nearestKink, pass.nearestKink);
      pass.gradients.forEach((g, i) => {
        if (!isHeld(i)) movement[i] = round(movement[i] - round(parameters[i] * g));
      });
      update(pass.gradients, task.learningRates?.(e + 1) ?? task.optimizer.learningRate);
      parameters.forEach((_, i) => isHeld(i) && (parameters[i] = 0));
    }
    return { losses, parameters: parameters.slice(), movement: movement.slice(), nearestKink };
  });
}

function dropoutFactor({ dropout }: TrainingTask, bits: number | undefined): number {
  if (!dropout || bits === undefined) return 1;
  return bits / 2 ** 32 < dropout.probability ? 0 : 1 / (1 - dropout.probability);
}

/** Expected losses and parameters of a task, and the permitted rounding errors of an engine. */
export interface Expectation {
  readonly epochs: readonly ReferenceEpoch[];
  /** Per epoch and step. */
  readonly lossTolerance: readonly (readonly number[])[];
  /** Per epoch, for every parameter. */
  readonly parameterTolerance: readonly number[];
  /** Per epoch, for the movement of every parameter. */
  readonly movementTolerance: readonly number[];
  readonly nearestKink: number;
}

/** Runs of Monte Carlo arithmetic. */
const RUNS = 6;

/**
 * An engine may stray from float64 by `margin` times what the farthest of some runs in Monte Carlo
 * arithmetic does until then, since its own rounding errors are drawn from the same range.
 */
export function expectationOf(task: TrainingTask, margin: number): Expectation {
  const epochs = referenceTraining(task);
  const strayed = Array.from({ length: RUNS }, (_, run) =>
    referenceTraining(task, randomly(run + 1)),
  );
  let farthest = 0;
  const lossTolerance = epochs.map(({ losses }, e) =>
    losses.map((loss, s) => {
      const distances = strayed.map((run) => Math.abs(run[e].losses[s] - loss));
      farthest = Math.max(farthest, FLOAT32_ROUNDING * loss, ...distances);
      return margin * farthest;
    }),
  );
  const tolerance = (field: 'parameters' | 'movement'): number[] => {
    let farthestValue = 0;
    return epochs.map((epoch, e) => {
      for (const run of strayed) {
        run[e][field].forEach((value, i) => {
          farthestValue = Math.max(farthestValue, Math.abs(value - epoch[field][i]));
        });
      }
      return margin * farthestValue;
    });
  };
  const nearestKink = Math.min(...epochs.map((epoch) => epoch.nearestKink));
  return {
    epochs,
    lossTolerance,
    parameterTolerance: tolerance('parameters'),
    movementTolerance: tolerance('movement'),
    nearestKink,
  };
}
