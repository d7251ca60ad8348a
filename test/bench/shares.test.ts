import assert from 'node:assert/strict';
import { NONLINEAR0 } from '../../bench/architectures';
import { shares, specimensOf, trainJob } from '../../bench/rows/training';

const SMALL = { ...NONLINEAR0, samples: 4 };

describe('shares of a population', () => {
  it('hold every specimen once, in order, and differ by one at most', () => {
    for (const [population, count] of [
      [26, 2],
      [7, 3],
      [3, 3],
      [200, 8],
    ]) {
      const job = trainJob(SMALL, population);
      const parts = shares(job, count);
      assert.deepEqual(
        parts.flatMap(({ seeds }) => seeds),
        job.seeds,
      );
      const sizes = parts.map(specimensOf);
      assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
    }
  });

  it('check together what the whole checks', () => {
    const job = trainJob(SMALL, 26);
    const checked = shares(job, 2).map(({ check }) => check.specimens);
    assert.deepEqual(checked, [job.check.specimens, 0]);
  });

  it('come from the same seeded data every time', () => {
    assert.deepEqual(trainJob(SMALL, 2), trainJob(SMALL, 2));
  });
});
