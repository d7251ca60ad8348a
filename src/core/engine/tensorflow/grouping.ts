import { parameterCount } from '../../network/layout';
import type { TrainingTask } from '../engine';
import { stackedWidths } from './stackLayout';

/**
 * Groups tasks into stacks that can be trained by the same operations: they may differ only in hidden
 * widths, data, order, dropout, mask, and the optimiser's state.
 * @param most largest number of floating-point operations in a step of a stack of several tasks; a single
 *   task may exceed it
 * @returns per stack the indices of its tasks; tasks without epochs are in none
 */
export function stacksOf(tasks: readonly TrainingTask[], most: number): number[][] {
  const alike = new Map<string, number[]>();
  tasks.forEach((task, index) => {
    if (task.epochs < 1) return;
    const key = stackingKey(task);
    const group = alike.get(key);
    if (group) group.push(index);
    else alike.set(key, [index]);
  });
  return [...alike.values()].flatMap((group) => divide(tasks, group, most));
}

function stackingKey(task: TrainingTask): string {
  const { layout, data, optimizer, batchSize, epochs, order, penalty, state } = task;
  const { widths, activations } = layout;
  const hyperparameters = Object.entries(optimizer).sort(([a], [b]) => (a < b ? -1 : 1));
  const isExact = optimizer.kind === 'sgd' || Math.fround(optimizer.epsilon) > 0;
  return JSON.stringify([
    // Zero padding needs an ε that is above 0 in float32.
    isExact ? [widths[0], widths.length, widths[widths.length - 1]] : widths,
    activations,
    [data.inputDim, data.outputDim],
    hyperparameters,
    // Rates that differ from epoch to epoch are shared by a whole stack, and so are powers of Adam's rates.
    Array.from({ length: task.learningRates ? epochs : 0 }, (_, e) => task.learningRates?.(e + 1)),
    [penalty?.kind, penalty?.lambda, task.movement, task.keepState],
    [state?.beta1Power ?? 1, state?.beta2Power ?? 1],
    [batchSize, epochs, order(1).length],
  ]);
}

function divide(
  tasks: readonly TrainingTask[],
  group: readonly number[],
  most: number,
): number[][] {
  const stacks: number[][] = [];
  for (const index of group) {
    const stack = stacks.at(-1);
    if (stack && stepOperations([...stack, index].map((i) => tasks[i])) <= most) stack.push(index);
    else stacks.push([index]);
  }
  return stacks;
}

/** Floating-point operations of one step on a full batch of stacked tasks, padding included. */
export function stepOperations(tasks: readonly TrainingTask[]): number {
  const [{ batchSize, data }] = tasks;
  const widths = stackedWidths(tasks.map(({ layout }) => layout));
  const parameters = parameterCount({ widths, activations: [] });
  return 6 * parameters * tasks.length * Math.min(batchSize, data.samples);
}
