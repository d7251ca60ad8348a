import assert from 'node:assert/strict';
import fc from 'fast-check';
import { meanInterval } from '../../../src/core/statistics/meanInterval';

describe('the interval of a mean', () => {
  it('is that of the textbook', () => {
    // By hand: mean 3.582, squares about it 0.08708, t(0.975, 4) = 2.77645.
    const { mean, low, high, count } = meanInterval([3.36, 3.53, 3.61, 3.66, 3.75]);
    assert.equal(count, 5);
    assert.ok(Math.abs(mean - 3.582) < 1e-12);
    const half = (2.7764451051977934 * Math.sqrt(0.08708 / 4)) / Math.sqrt(5);
    assert.ok(Math.abs(high - mean - half) < 1e-9, `${high - mean} is not ${half}`);
    assert.ok(Math.abs(mean - low - half) < 1e-9);
  });

  it('is missing where one value knows nothing of its spread', () => {
    assert.deepEqual(meanInterval([2]), { mean: 2, low: NaN, high: NaN, count: 1 });
    assert.deepEqual(meanInterval([NaN, 2]), { mean: 2, low: NaN, high: NaN, count: 1 });
    assert.deepEqual(meanInterval([]), { mean: NaN, low: NaN, high: NaN, count: 0 });
  });

  it('has no width where all are equal', () => {
    assert.deepEqual(meanInterval([4, 4, 4]), { mean: 4, low: 4, high: 4, count: 3 });
  });

  it('leaves out what is missing, moves with its values and scales with them', () => {
    const values = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), {
      minLength: 2,
      maxLength: 30,
    });
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 30 }), (some, at) => {
        const plain = meanInterval(some);
        const holed = meanInterval([...some.slice(0, at), NaN, ...some.slice(at)]);
        assert.deepEqual(holed, plain);
        assert.ok(plain.low <= plain.mean && plain.mean <= plain.high);
        const scaled = meanInterval(some.map((value) => 2 * value + 1));
        const width = plain.high - plain.low;
        assert.ok(Math.abs(scaled.high - scaled.low - 2 * width) <= 1e-9 * (1 + width));
      }),
    );
  });

  it('holds the true mean about 95 times of 100', () => {
    // A fixed sequence of uniform numbers: sums of four of them, mean 2.
    let state = 12345;
    const uniform = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
    let held = 0;
    for (let trial = 0; trial < 4000; trial++) {
      const sample = Array.from({ length: 6 }, () => uniform() + uniform() + uniform() + uniform());
      const { low, high } = meanInterval(sample);
      if (low <= 2 && 2 <= high) held++;
    }
    assert.ok(held > 3740 && held < 3860, `held ${held} of 4000`);
  });
});
