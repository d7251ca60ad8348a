import assert from 'node:assert/strict';
import { checkpointsKept, planRun } from '../../../src/core/experiment/plan';
import { planSize, totalBytes } from '../../../src/core/experiment/planSize';
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
          sum + 1 + (requested === undefined ? training.epochs : pruning.retraining.epochs),
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
    assert.ok(performance.now() - before < 100);
    assert.equal(legs, 2_000_000 * (1 + specification.pruning.ratios.length));
    assert.ok(totalBytes(disk) > legs * 4096);
  });

  it('grows with what is large: threads, batch, features, what is kept in memory', () => {
    const bytes = (changes: Parameters<typeof tiny>[0], workers = 1, inMemory = false): number =>
      totalBytes(planSize(tiny(changes), { workers, inMemory }).memory);
    const generated = {
      features: { count: 100 },
      data: { source: 'generated', inputs: 5, samples: 100_000 },
      specimen: { hidden: [1000, 1000] },
      seeds: [1, 2, 3, 4],
    } as const;
    const plain = bytes(generated);
    assert.ok(bytes(generated, 4) > 3 * plain);
    assert.ok(bytes({ ...generated, training: { batchSize: 70_000 } }) > plain + 4 * 70_000 * 4000);
    assert.ok(bytes({ ...generated, features: { count: 4000 } }) > plain + 4 * 4000 * 100_000);
    assert.ok(bytes(generated, 1, true) > plain);
  });
});
