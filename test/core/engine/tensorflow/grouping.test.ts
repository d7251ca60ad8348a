import assert from 'node:assert/strict';
import { stacksOf, stepOperations } from '../../../../src/core/engine/tensorflow/grouping';
import { taskOf } from '../tasks';

const ANY = Infinity;

describe('grouping tasks into stacks', () => {
  it('combines tasks that differ in hidden widths, data, order and dropout', () => {
    const tasks = [
      taskOf({ widths: [3, 4, 2] }),
      taskOf({ widths: [3, 9, 2], seed: 2 }),
      taskOf({ widths: [3, 1, 2], seed: 3, dropout: 0.5 }),
    ];
    assert.deepEqual(stacksOf(tasks, ANY), [[0, 1, 2]]);
  });

  it('separates tasks that differ in anything else', () => {
    const base = { widths: [3, 4, 2] };
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
