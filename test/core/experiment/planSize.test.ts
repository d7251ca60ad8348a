import assert from 'node:assert/strict';
import { checkpointsKept, planRun } from '../../../src/core/experiment/plan';
import { planSize, totalBytes } from '../../../src/core/experiment/planSize';
import { parseSpecification } from '../../../src/core/experiment/parse';
import { tiny } from './tinyExperiment';

describe('the size of a plan', () => {
  const specification = tiny({ seeds: [1, 2, 3], specimen: { hidden: [8, 6], dropoutTwin: 0.5 } });

  it('counts the legs and checkpoints that the plan has', () => {
    const { legs, checkpoints } = planSize(specification, { workers: 2 });
    const plan = planRun(specification);
    assert.equal(legs, plan.length);
    const { training, pruning } = specification;
    assert.equal(
      checkpoints,
      plan.reduce(
        (sum, { requested }) =>
          sum + 1 + (requested === null ? training.epochs : pruning.retraining.epochs),
        0,
      ),
    );
    const everyEpoch = {
      ...specification,
      keep: { attributions: 'epochs', specimens: 'none' },
    } as const;
    assert.equal(checkpointsKept(everyEpoch, 'attributions'), checkpoints);
    assert.equal(checkpointsKept(everyEpoch, 'specimens'), 0);
  });

  it('counts a million seeds at once, without making their legs', () => {
    const seeds = Array.from({ length: 1_000_000 }, (_, i) => i);
    const before = performance.now();
    const { legs, disk } = planSize({ ...specification, seeds }, { workers: 2 });
    assert.ok(performance.now() - before < 1000);
    assert.equal(legs, 2_000_000 * (1 + specification.pruning.ratios.length));
    assert.ok(totalBytes(disk) > legs * 4096);
  });

  it('grows with what is large: threads, batch, features, what is kept in memory', () => {
    const bytes = (changes: object, workers = 1, inMemory = false): number => {
      const text = JSON.stringify({ name: 'generated', ...changes });
      return totalBytes(planSize(parseSpecification(text, 'x'), { workers, inMemory }).memory);
    };
    const generated = {
      features: { count: 10 },
      data: { inputs: 5, samples: 100_000 },
      specimen: { hidden: [1000, 1000] },
      seeds: [1, 2, 3, 4],
    };
    const plain = bytes(generated);
    assert.ok(bytes(generated, 4) > 2 * plain);
    // Values and gradients of a batch of 70,000 in two layers of 1000.
    const batch = bytes({ ...generated, training: { batchSize: 70_000 } });
    assert.ok(batch > 4 * 70_000 * 4000 && batch < 2 * 4 * 70_000 * 4000);
    // Coefficients, and the autoencoder's copies of them.
    const wide = bytes({ ...generated, features: { count: 1000 } });
    assert.ok(wide > 3 * 4 * 1000 * 100_000);
    assert.ok(bytes(generated, 1, true) > plain);
  });
});
