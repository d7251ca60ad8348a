import assert from 'node:assert/strict';
import fc from 'fast-check';
import { exp, ln, power } from '../../../src/core/numeric/elementary';

const ULP = 2 ** -52;

describe('elementary functions', () => {
  it('agree with the host within 2 ulp for ln and 3 for exp, of which 1 is its own', () => {
    for (const [min, max] of [
      [5e-324, Number.MAX_VALUE],
      [0.5, 2],
      [1 - 2 ** -20, 1 + 2 ** -20],
    ]) {
      fc.assert(
        fc.property(fc.double({ min, max, noNaN: true }), (x) => {
          const expected = Math.log(x);
          assert.ok(Math.abs(ln(x) - expected) <= 2 * ULP * Math.abs(expected));
        }),
        { numRuns: 2000 },
      );
    }
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        assert.ok(Math.abs(exp(x) / Math.exp(x) - 1) <= 3 * ULP);
      }),
      { numRuns: 2000 },
    );
  });

  it('have the exact values at the ends of their domain', () => {
    assert.deepEqual([ln(0), ln(1), ln(Infinity)], [-Infinity, 0, Infinity]);
    assert.ok(Number.isNaN(ln(-1)) && Number.isNaN(ln(NaN)) && Number.isNaN(exp(NaN)));
    assert.deepEqual([exp(0), exp(-Infinity), exp(Infinity)], [1, 0, Infinity]);
    assert.deepEqual([power(0, 2), power(0, 0), power(0, -1)], [0, 1, Infinity]);
    assert.ok(Math.abs(power(2, 10) - 1024) < 1024 * 16 * ULP);
  });

  it('rounds ln 2 correctly, also for subnormal arguments', () => {
    assert.equal(ln(2), Math.LN2);
    assert.ok(Math.abs(ln(5e-324) + 744.4400719213812) < 1e-12);
  });
});
