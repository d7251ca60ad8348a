import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LabError } from '../../../src/core/errors';
import { shannonEntropies } from '../../../src/core/measures/hill';
import { anyRow, asRows, hillNumber, isClose, rounding } from './matrices';

/** Half of the last of four printed decimals. */
const PRINTED = 0.5e-4;

describe('Hill numbers', () => {
  for (const [row, n1, n2, nInfinity] of [
    [[1, 0.5, 0.25, 0.125], 3.1171, 2.6471, 1.875],
    [[1, 0.1, 0.1, 0.1], 2.2116, 1.6408, 1.3],
  ] as const) {
    it(`have the known values for ${row.join(', ')}`, () => {
      const a = Float64Array.from(row);
      assert.equal(hillNumber(a, 0), 4);
      assert.ok(Math.abs(hillNumber(a, 1) - n1) <= PRINTED);
      assert.ok(Math.abs(hillNumber(a, 2) - n2) <= PRINTED);
      assert.ok(Math.abs(hillNumber(a, Infinity) - nInfinity) <= PRINTED);
    });
  }

  it('are (Σ p^q)^(1/(1−q)) at other orders', () => {
    const p = [8 / 15, 4 / 15, 2 / 15, 1 / 15];
    const row = Float64Array.of(-1, 0.5, -0.25, 0.125);
    for (const q of [0.25, 0.5, 1.5, 3, 10]) {
      const expected = p.reduce((sum, x) => sum + x ** q, 0) ** (1 / (1 - q));
      assert.ok(isClose(hillNumber(row, q), expected, 10 * rounding(4)), `order ${q}`);
    }
  });

  it('count what is not zero at order 0, and no zeros at any order', () => {
    const row = Float64Array.of(0, 1, 0, -3, 0);
    assert.equal(hillNumber(row, 0), 2);
    for (const q of [0, 0.5, 1, 1 + 1e-7, 2, 7, Infinity]) {
      const bare = hillNumber(Float64Array.of(1, 3), q);
      assert.ok(isClose(hillNumber(row, q), bare, rounding(5)), `order ${q}`);
    }
  });

  it('fall with the order and lie between 1 and F', () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        const orders = [0, 0.3, 1, 2, 5, Infinity];
        const numbers = orders.map((q) => hillNumber(row, q));
        // The roots at 0.3 and 5 divide the error of a logarithm, at most ln(40e6) ≈ 18, by |1 − q|.
        const slack = 1 + 40 * rounding(row.length);
        numbers.reduce((before, next) => (assert.ok(next <= before * slack), next), row.length);
        assert.ok(numbers[numbers.length - 1] >= 1);
      }),
    );
  });

  it('are continuous at order 1', () => {
    fc.assert(
      fc.property(anyRow, fc.double({ min: -9, max: -3, noNaN: true }), (row, exponent) => {
        const step = 10 ** exponent;
        const n1 = hillNumber(row, 1);
        const above = hillNumber(row, 1 + step);
        const below = hillNumber(row, 1 - step);
        // N falls from q = 1 − δ to 1 + δ by N·Var_p(ln p)·δ + O(δ²). p lies in [e⁻¹⁸, 1], so the
        // variance is at most 81; the formula on either side loses rounding / 1e-5 to cancellation.
        const noise = (20 * rounding(row.length)) / 1e-5;
        assert.ok(below >= n1 * (1 - noise) && n1 >= above * (1 - noise));
        assert.ok(below - above <= n1 * (100 * step + 2 * noise));
      }),
    );
  });

  it('are exact where sum and squares would leave the range of numbers', () => {
    for (const scale of [2 ** -1070, 2 ** -600, 2 ** 600, 2 ** 1023]) {
      const row = Float64Array.of(1, 0.5, 0.25, 0.125).map((a) => a * scale);
      for (const q of [0, 1, 2, Infinity]) {
        assert.equal(hillNumber(row, q), hillNumber(Float64Array.of(1, 0.5, 0.25, 0.125), q));
      }
    }
    const apart = Float64Array.of(1e300, 1e-300);
    assert.deepEqual(
      [0, 1, 2, Infinity].map((q) => hillNumber(apart, q)),
      [2, 1, 1, 1],
    );
    // (1 + 1e-600^0.01)^(1/0.99) with 1e-600^0.01 = 1e-6
    assert.ok(isClose(hillNumber(apart, 0.01), 1.000001 ** (1 / 0.99), 1e-12));
  });

  it('are missing for a row that is all zero or not finite', () => {
    for (const row of [
      [0, 0],
      [1, NaN],
      [Infinity, 1],
      [-Infinity, 0],
    ]) {
      for (const q of [0, 0.5, 1, 2, Infinity]) {
        assert.ok(Number.isNaN(hillNumber(Float64Array.from(row), q)), `${row.join()}, order ${q}`);
      }
      assert.ok(Number.isNaN(shannonEntropies(asRows([row]))[0]));
    }
  });

  it('refuse an order that is negative or no number', () => {
    for (const order of [-1, NaN]) {
      assert.throws(
        () => hillNumber(Float64Array.of(1), order),
        (error) => error instanceof LabError && error.message.includes(`not ${order}`),
      );
    }
  });
});
