import assert from 'node:assert/strict';
import {
  checkpointName,
  checkpointNamed,
  legEpochs,
  legName,
  legOf,
  legTitle,
  PHASES,
  planRun,
  planSeed,
  trainingLegOf,
  type Leg,
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
    assert.deepEqual(plan, {
      training: [{ seed: 42, arm: 'dense', requested: null }],
      retraining: [],
    });
  });

  it('counts the epochs of training and of retraining', () => {
    const specification = tiny();
    assert.equal(legEpochs(specification, { seed: 1, arm: 'dense', requested: null }), 3);
    assert.equal(legEpochs(specification, { seed: 1, arm: 'dense', requested: 0 }), 2);
  });

  it('names legs and checkpoints for files and for people', () => {
    const dense = { seed: 42, arm: 'dense', requested: null } as const;
    const pruned = { ...dense, requested: 0.05 };
    assert.equal(checkpointName(dense, 'training', 50), '42-dense/training/50');
    assert.equal(checkpointName(pruned, 'pruned', 0), '42-dense-0.05/pruned/0');
    assert.equal(legTitle(dense), 'the dense specimen of seed 42');
    assert.equal(legTitle(pruned), 'the dense specimen of seed 42, pruned at 0.05');
    assert.deepEqual(trainingLegOf(pruned), dense);
    assert.deepEqual(legOf({ seed: 42, arm: 'dense' }), dense);
    assert.deepEqual(legOf({ ...pruned, epoch: 3 } as Leg), pruned);
  });

  it('reads the names of checkpoints, and nothing else', () => {
    const dense = { seed: 42, arm: 'dense', requested: null } as const;
    for (const requested of [null, 0, 0.05, 1e-7, 0.123456789]) {
      const leg = { ...dense, requested };
      for (const phase of PHASES) {
        assert.deepEqual(checkpointNamed(checkpointName(leg, phase, 12)), {
          leg,
          phase,
          epoch: 12,
        });
      }
    }
    for (const name of ['', '42-dense', '42-3x/training/1', '42-dense x/pruned/0', 'a/b/c']) {
      assert.equal(checkpointNamed(name), undefined);
    }
  });
});
