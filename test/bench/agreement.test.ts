import assert from 'node:assert/strict';
import { difference } from '../../bench/timing/agreement';

describe('agreement of two sides', () => {
  it('is 0 for the same bits', () => {
    for (const measure of ['worst', 'each', 'mean'] as const) {
      assert.equal(difference([1, 0, -3], [1, 0, -3], measure), 0);
    }
  });

  it('measures the worst element against the largest of the reference', () => {
    assert.equal(difference([1, -4], [2, -4], 'worst'), 0.25);
  });

  it('measures each element against itself', () => {
    assert.equal(difference([1, -4], [1.5, -4], 'each'), 0.5);
    assert.equal(difference([0], [1e-9], 'each'), Infinity);
  });

  it('measures the mean difference against the mean magnitude', () => {
    assert.equal(difference([1, -3], [2, -3], 'mean'), 0.25);
  });

  it('compares a shorter result with the beginning of the reference', () => {
    assert.equal(difference([1, 2, 3], [1, 2], 'each'), 0);
    assert.equal(difference([1, 2, 3], [1, 3], 'each'), 0.5);
  });

  it('is infinite if there is nothing to compare, or values are not finite', () => {
    assert.equal(difference([1], [], 'each'), Infinity);
    assert.equal(difference([1], [1, 1], 'each'), Infinity);
    assert.equal(difference([1], [NaN], 'worst'), Infinity);
    assert.equal(difference([NaN], [1], 'mean'), Infinity);
  });
});
