import assert from 'node:assert/strict';
import { quantileOfSorted } from '../../../src/core/statistics/quantile';

describe('quantiles', () => {
  it('are linear between neighbours, as numpy.quantile gives them', () => {
    const values = [1, 2, 4, 8];
    // numpy.quantile([1, 2, 4, 8], [0, .025, .25, .5, .975, 1])
    const expected = [1, 1.075, 1.75, 3, 7.7, 8];
    [0, 0.025, 0.25, 0.5, 0.975, 1].forEach((p, i) => {
      assert.ok(Math.abs(quantileOfSorted(values, p) - expected[i]) < 1e-12, `${p}`);
    });
  });

  it('are the value where there is one, and missing where there is none', () => {
    assert.equal(quantileOfSorted([3], 0.975), 3);
    assert.ok(Number.isNaN(quantileOfSorted([], 0.5)));
  });
});
