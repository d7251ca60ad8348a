import assert from 'node:assert/strict';
import { stacksOf, stepOperations } from '../../../../src/core/engine/tensorflow/grouping';
import { ADAM_DEFAULTS } from '../../../../src/core/training/adam';
import { optimizerState } from '../../../../src/core/training/optimizer';
import { taskOf } from '../tasks';

const ANY = Infinity;

describe('grouping tasks into stacks', () => {
  it('combines tasks that differ in hidden widths, data, order, dropout, mask and state', () => {
    const tasks = [
      taskOf({ widths: [3, 4, 2] }),
      taskOf({ widths: [3, 9, 2], seed: 2 }),
      taskOf({ widths: [3, 1, 2], seed: 3, dropout: 0.5 }),
      taskOf({ widths: [3, 4, 2], mask: new Uint8Array(26) }),
      taskOf({ widths: [3, 4, 2], state: optimizerState(26) }),
    ];
    assert.deepEqual(stacksOf(tasks, ANY), [[0, 1, 2, 3, 4]]);
  });

  it('separates tasks that differ in anything else', () => {
    const base = { widths: [3, 4, 2] };
    const adam = { learningRate: 0.01, ...ADAM_DEFAULTS };
    const tasks = [
      taskOf(base),
      taskOf({ widths: [3, 4, 4, 2] }),
      taskOf({ widths: [4, 4, 2] }),
      taskOf({ widths: [3, 4, 1] }),
      taskOf({ ...base, activations: ['linear'] }),
      taskOf({ ...base, batchSize: 4 }),
      taskOf({ ...base, epochs: 4 }),
      taskOf({ ...base, samples: 8 }),
      taskOf({ ...base, adam: { learningRate: 0.02 } }),
      taskOf({ ...base, adam: { beta1: 0.8 } }),
      taskOf({ ...base, adam: { beta2: 0.8 } }),
      taskOf({ ...base, adam: { epsilon: 1e-6 } }),
      taskOf({ ...base, optimizer: { kind: 'adamw', ...adam } }),
      taskOf({ ...base, optimizer: { kind: 'adam', ...adam, weightDecay: 0.1 } }),
      taskOf({ ...base, optimizer: { kind: 'sgd', learningRate: 0.01 } }),
      taskOf({ ...base, optimizer: { kind: 'sgd', learningRate: 0.01, momentum: 0.9 } }),
      taskOf({ ...base, penalty: { kind: 'weights', lambda: 0.1 } }),
      taskOf({ ...base, penalty: { kind: 'activations', lambda: 0.1 } }),
      taskOf({ ...base, learningRates: (epoch) => epoch }),
      taskOf({ ...base, movement: true }),
      taskOf({ ...base, keepState: true }),
      taskOf({ ...base, state: { ...optimizerState(26), beta1Power: 0.9 } }),
      taskOf(base),
    ];
    const [first, ...others] = stacksOf(tasks, ANY);
    assert.deepEqual(first, [0, tasks.length - 1]);
    assert.deepEqual(
      others,
      tasks.slice(1, -1).map((_, i) => [i + 1]),
    );
  });

  it('does not pad if epsilon is 0 in float32: padding would become 0 / 0', () => {
    const adam = { epsilon: 1e-50 };
    const tasks = [
      taskOf({ widths: [3, 4, 2], adam }),
      taskOf({ widths: [3, 5, 2], adam }),
      taskOf({ widths: [3, 4, 2], adam, seed: 2 }),
    ];
    assert.deepEqual(stacksOf(tasks, ANY), [[0, 2], [1]]);
  });

  it('ignores tasks without epochs', () => {
    const tasks = [taskOf({ widths: [3, 2], epochs: 0 }), taskOf({ widths: [3, 2], epochs: 1 })];
    assert.deepEqual(stacksOf(tasks, ANY), [[1]]);
  });

  it('counts padding: 6 operations per stacked parameter and sample of the batch', () => {
    const tasks = [taskOf({ widths: [3, 4, 2] }), taskOf({ widths: [3, 5, 2] })];
    assert.equal(stepOperations(tasks), 6 * (3 * 5 + 5 + 5 * 2 + 2) * 2 * 3);
    // A batch is never larger than the data set.
    assert.equal(
      stepOperations([taskOf({ widths: [1, 1], samples: 2, batchSize: 64 })]),
      6 * 2 * 2,
    );
  });

  it('starts a new stack if a step would cost too much, with at least one task each', () => {
    const task = taskOf({ widths: [3, 4, 2] });
    const tasks = Array.from({ length: 5 }, () => task);
    const cost = stepOperations([task]);
    assert.deepEqual(stacksOf(tasks, 2 * cost), [[0, 1], [2, 3], [4]]);
    assert.deepEqual(stacksOf(tasks, cost / 2), [[0], [1], [2], [3], [4]]);
  });
});
