import assert from 'node:assert/strict';
import {
  checkpointName,
  legEpochs,
  legName,
  legTitle,
  planRun,
  planSeed,
  trainingLegOf,
} from '../../../src/core/experiment/plan';
import { tiny } from './tinyExperiment';

describe('the plan of a run', () => {
  it('has, seed by seed, what is trained from scratch and then what prunes it', () => {
    const specification = tiny({ seeds: [7, 3], specimen: { hidden: [8, 6], dropoutTwin: 0.5 } });
    const names = planRun(specification).map(legName);
    const ofSeed = (seed: number): string[] => [
      `${seed}-dense`,
      `${seed}-dropout`,
      ...['0', '0.25', '0.5'].map((ratio) => `${seed}-dense-${ratio}`),
      ...['0', '0.25', '0.5'].map((ratio) => `${seed}-dropout-${ratio}`),
    ];
    assert.deepEqual(names, [...ofSeed(7), ...ofSeed(3)]);
    assert.equal(new Set(names).size, names.length);
  });

  it('has no twin and no pruning where none is asked for', () => {
    const plan = planSeed(tiny({ pruning: { ratios: [] } }), 42);
    assert.deepEqual(plan, { training: [{ seed: 42, arm: 'dense' }], retraining: [] });
  });

  it('counts the epochs of training and of retraining', () => {
    const specification = tiny();
    assert.equal(legEpochs(specification, { seed: 1, arm: 'dense' }), 3);
    assert.equal(legEpochs(specification, { seed: 1, arm: 'dense', requested: 0 }), 2);
  });

  it('names legs and checkpoints for files and for people', () => {
    const dense = { seed: 42, arm: 'dense' } as const;
    const pruned = { ...dense, requested: 0.05 };
    assert.equal(checkpointName(dense, 'training', 50), '42-dense/training/50');
    assert.equal(checkpointName(pruned, 'pruned', 0), '42-dense-0.05/pruned/0');
    assert.equal(legTitle(dense), 'the dense specimen of seed 42');
    assert.equal(legTitle(pruned), 'the dense specimen of seed 42, pruned at 0.05');
    assert.deepEqual(trainingLegOf(pruned), dense);
  });
});
