import { invalid, requireOneOf, show } from '../errors';
import type { Layout } from '../network/layout';
import { specimenOf } from '../network/specimen';
import { applyMask, type Units } from '../pruning/mask';
import { adamState, adamUpdate, type AdamOptions, type AdamState } from './adam';
import { sgdUpdate, type SgdOptions } from './sgd';

const { fround } = Math;

/** Names of the optimisers. */
export const OPTIMIZERS = ['adam', 'adamw', 'sgd'] as const;

interface WeightDecay {
  /**
   * Of all parameters, biases included; by default 0. `adam` and `sgd` add λθ to the gradient, `adamw`
   * multiplies the parameter by 1 − αλ before the step (Loshchilov & Hutter 2019).
   */
  readonly weightDecay?: number;
}

/** An optimiser with its hyperparameters, with PyTorch's semantics. */
export type OptimizerOptions =
  | (AdamOptions & WeightDecay & { readonly kind: 'adam' | 'adamw' })
  | (SgdOptions & WeightDecay & { readonly kind: 'sgd' });

/**
 * An optimiser's state for a network's parameters, `[parameters]` each. For `sgd`, `mean` is the buffer of
 * the momentum, and the rest stays as it starts.
 */
export type OptimizerState = AdamState;

/** The state before the first step. */
export const optimizerState: (parameters: number) => OptimizerState = adamState;

/** A copy of a state. */
export function copyState({ mean, square, ...powers }: OptimizerState): OptimizerState {
  return { ...powers, mean: mean.slice(), square: square.slice() };
}

/**
 * The state of the units that a pruning keeps.
 * @param layout before the pruning
 * @param kept per hidden layer the units that remain
 * @param units per hidden layer the units before the pruning; by default 0, 1, …
 * @throws LabError when the state does not fit the layout, or a unit is unknown
 */
export function restrictState(
  { mean, square, ...powers }: OptimizerState,
  layout: Layout,
  kept: Units,
  units: Units = specimenOf(layout, mean).units,
): OptimizerState {
  const restrict = (parameters: Float32Array): Float32Array =>
    applyMask({ layout, parameters, units }, kept).parameters;
  return { ...powers, mean: restrict(mean), square: restrict(square) };
}

/**
 * One step of an optimiser in float32, with PyTorch's operations in PyTorch's order; see `adamUpdate` and
 * `sgdUpdate`.
 * @param gradients is overwritten where weight decay is added to it
 */
export function optimizerUpdate(
  parameters: Float32Array,
  gradients: Float32Array,
  state: OptimizerState,
  options: OptimizerOptions,
): void {
  const { kind, weightDecay = 0 } = options;
  if (weightDecay !== 0 && kind === 'adamw') {
    const keep = fround(1 - options.learningRate * weightDecay);
    for (let i = 0; i < parameters.length; i++) parameters[i] *= keep;
  } else if (weightDecay !== 0) {
    const decay = fround(weightDecay);
    for (let i = 0; i < parameters.length; i++) gradients[i] += fround(decay * parameters[i]);
  }
  if (kind === 'sgd') sgdUpdate(parameters, gradients, state.mean, options);
  else adamUpdate(parameters, gradients, state, options);
}

/** @throws LabError naming a hyperparameter that is out of range */
export function requireOptimizer(options: OptimizerOptions, field = 'optimizer'): void {
  const requireThat = (name: string, value: number, holds: boolean, expected: string): void => {
    if (holds) return;
    throw invalid(`must be ${expected}, not ${show(value)}`, { field: `${field}.${name}` });
  };
  const { kind, learningRate, weightDecay = 0 } = options;
  requireOneOf(kind, OPTIMIZERS, `${field}.kind`);
  requireThat('learningRate', learningRate, isNonNegative(learningRate), 'a number of at least 0');
  requireThat('weightDecay', weightDecay, isNonNegative(weightDecay), 'a number of at least 0');
  if (options.kind === 'sgd') {
    const { momentum = 0 } = options;
    requireThat('momentum', momentum, isShare(momentum), 'a number in [0, 1)');
  } else {
    const { beta1, beta2, epsilon } = options;
    requireThat('beta1', beta1, isShare(beta1), 'a number in [0, 1)');
    requireThat('beta2', beta2, isShare(beta2), 'a number in [0, 1)');
    requireThat('epsilon', epsilon, isNonNegative(epsilon), 'a number of at least 0');
  }
}

function isNonNegative(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}

function isShare(value: number): boolean {
  return value >= 0 && value < 1;
}
