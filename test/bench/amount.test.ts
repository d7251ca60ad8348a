import assert from 'node:assert/strict';
import fc from 'fast-check';
import { trainingAmount } from '../../bench/work/amount';

const counts = fc.integer({ min: 1, max: 300 });

describe('the amount of training', () => {
  it('is the beginning of an epoch of one specimen where a whole one is too much', () => {
    assert.deepEqual(trainingAmount(7, 110, 26, false), { specimens: 1, epochs: 1, steps: 7 });
  });

  it('grows by specimens first, then by epochs', () => {
    const amount = (epochs: number): object => trainingAmount(110 * epochs, 110, 4, false);
    assert.deepEqual(amount(3), { specimens: 3, epochs: 1, steps: 110 });
    assert.deepEqual(amount(9), { specimens: 4, epochs: 2, steps: 110 });
  });

  it('steps all specimens together where they are stacked', () => {
    assert.deepEqual(trainingAmount(52, 110, 26, true), { specimens: 26, epochs: 1, steps: 2 });
    assert.deepEqual(trainingAmount(26 * 220, 110, 26, true), {
      specimens: 26,
      epochs: 2,
      steps: 110,
    });
  });

  it('is never zero, and never much more than requested', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), counts, counts, fc.boolean(), (...of) => {
        const [asked, , population, stacked] = of;
        const { specimens, epochs, steps } = trainingAmount(...of);
        const done = specimens * epochs * steps;
        assert.ok(done >= 1);
        assert.ok(done <= Math.max(asked, stacked ? 1.5 * asked + population : 1));
      }),
    );
  });
});
