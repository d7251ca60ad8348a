import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fitPowerLaw, median, summarise } from '../../bench/timing/statistics';

describe('statistics of the bench', () => {
  it('takes the middle value, or the mean of the two in the middle', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 3, 2]), 2.5);
  });

  it('summarises by minimum, median and median absolute deviation', () => {
    // Distances from 3: 2, 1, 0, 1, 97.
    assert.deepEqual(summarise([1, 2, 3, 4, 100]), {
      minimum: 1,
      median: 3,
      deviation: 1,
      repeats: 5,
    });
  });

  it('does not change with the order of the measurements, nor touches them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }),
        (ms) => {
          const given = [...ms];
          assert.deepEqual(summarise(ms), summarise([...ms].reverse()));
          assert.deepEqual(ms, given);
        },
      ),
    );
  });

  it('finds the power law that points were made from', () => {
    const exponents = fc.double({ min: -3, max: 3, noNaN: true });
    const factors = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(exponents, factors, (exponent, factor) => {
        const points = [1, 2, 5, 17, 300].map((x) => ({ x, y: factor * x ** exponent }));
        const law = fitPowerLaw(points);
        // Logarithms up to 24 in float64, five terms: some 1e-14.
        assert.ok(Math.abs(law.exponent - exponent) < 1e-12);
        assert.ok(Math.abs(law.factor / factor - 1) < 1e-12);
      }),
    );
  });

  it('says how much of the variance the law explains', () => {
    const exact = fitPowerLaw([1, 2, 4, 8].map((x) => ({ x, y: x * x })));
    assert.ok(Math.abs(exact.explained - 1) < 1e-12);
    // ln y = 0, 1, 0 at ln x = 0, 1, 2: the best line is flat and explains nothing.
    const flat = fitPowerLaw([0, 1, 2].map((x, i) => ({ x: Math.exp(x), y: Math.exp(i % 2) })));
    assert.ok(Math.abs(flat.exponent) < 1e-12);
    assert.ok(Math.abs(flat.explained) < 1e-12);
  });
});
