import { counted } from '../counted';
import { invalid, requireOneOf, show } from '../errors';
import { parameterCount } from '../network/layout';
import {
  copyState,
  optimizerState,
  requireOptimizer,
  type OptimizerOptions,
  type OptimizerState,
} from '../training/optimizer';
import { PENALTIES } from '../training/penalty';
import type { TrainingTask } from './engine';

/** @throws LabError naming a field of the task that is out of range or does not fit the layout */
export function requireTask({ layout, optimizer, mask, penalty, state }: TrainingTask): void {
  requireOptimizer(optimizer);
  const count = parameterCount(layout);
  const requireLength = (array: ArrayLike<number> | undefined, field: string): void => {
    if (array === undefined || array.length === count) return;
    const reason = `must hold a value for each of ${counted(count, 'parameter')}, not ${array.length}`;
    throw invalid(reason, { field });
  };
  requireLength(mask, 'mask');
  requireLength(state?.mean, 'state.mean');
  requireLength(state?.square, 'state.square');
  if (!penalty) return;
  requireOneOf(penalty.kind, PENALTIES, 'penalty.kind');
  if (!Number.isFinite(penalty.lambda) || penalty.lambda < 0) {
    const reason = `must be a number of at least 0, not ${show(penalty.lambda)}`;
    throw invalid(reason, { field: 'penalty.lambda' });
  }
}

/** The optimiser of an epoch, with the epoch's learning rate. */
export function optimizerIn(
  { optimizer, learningRates }: Pick<TrainingTask, 'optimizer' | 'learningRates'>,
  epoch: number,
): OptimizerOptions {
  if (!learningRates) return optimizer;
  const options = { ...optimizer, learningRate: learningRates(epoch) };
  requireOptimizer(options, `learningRates(${epoch})`);
  return options;
}

/** A copy of a task's initial parameters, 0 where they are masked. */
export function startOf({ parameters, mask }: TrainingTask): Float32Array {
  return masked(parameters.slice(), mask);
}

/** A copy of the optimiser's state at a task's start, 0 where parameters are masked. */
export function startingState({ parameters, mask, state }: TrainingTask): OptimizerState {
  if (!state) return optimizerState(parameters.length);
  const start = copyState(state);
  masked(start.mean, mask);
  masked(start.square, mask);
  return start;
}

/** Sets what a mask excludes to 0, in place. */
export function masked(values: Float32Array, mask: Uint8Array | undefined): Float32Array {
  if (!mask) return values;
  for (let i = 0; i < values.length; i++) if (mask[i] === 0) values[i] = 0;
  return values;
}

/** What an epoch's result holds beside losses and parameters. */
export function extrasOf(
  { movement, keepState, epochs }: TrainingTask,
  epoch: number,
  copies: { movement(): Float32Array; state(): OptimizerState },
): { movement?: Float32Array; state?: OptimizerState } {
  return {
    ...(movement ? { movement: copies.movement() } : {}),
    ...(keepState && epoch === epochs ? { state: copies.state() } : {}),
  };
}
