import assert from 'node:assert/strict';
import fc from 'fast-check';
import { gini } from '../../../src/core/measures/gini';
import { giniCorrected } from '../../../src/core/measures/giniCorrected';
import { anyRow, asRows, isClose, rounding } from './matrices';

const PRINTED = 0.5e-4;

const giniOf = (...row: number[]) => gini.of(asRows([row]))[0];

describe('Gini coefficient', () => {
  it('has the known values', () => {
    assert.ok(Math.abs(giniOf(0.5, -1, 0.125, 0.25) - 0.3833) <= PRINTED);
    assert.ok(Math.abs(giniOf(1, 0.1, 0.1, 0.1) - 0.5192) <= PRINTED);
  });

  it('is half the mean difference of all pairs relative to the mean', () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        const a = [...row].map(Math.abs);
        const differences = a.flatMap((x) => a.map((y) => Math.abs(x - y)));
        const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
        const expected = sum(differences) / (2 * a.length * sum(a));
        // F² differences are summed here.
        assert.ok(isClose(giniOf(...row), expected, rounding(a.length ** 2)));
      }),
    );
  });

  it('is that of the sorted row, however many features there are and however they crowd', () => {
    const value = fc.oneof(
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1e-3, noNaN: true }),
      fc.constantFrom(0, 0.5, 1),
    );
    const row = fc.oneof(
      fc.array(value, { minLength: 1, maxLength: 200 }),
      // All but one in a crowd.
      fc
        .array(fc.double({ min: 0, max: 1e-6, noNaN: true }), { minLength: 40, maxLength: 60 })
        .map((crowd) => [1, ...crowd]),
    );
    fc.assert(
      fc.property(row, (values) => {
        const peak = Math.max(...values.map(Math.abs));
        fc.pre(peak > 0);
        const ascending = values.map((x) => Math.abs(x) / peak).sort((a, b) => a - b);
        const weighted = ascending.reduce(
          (sum, x, i) => sum + (2 * i + 1 - ascending.length) * x,
          0,
        );
        const total = ascending.reduce((sum, x) => sum + x, 0);
        assert.equal(giniOf(...values), weighted / (ascending.length * total));
      }),
    );
  });

  it('sorts each row by itself, and leaves all rows as they are', () => {
    const rows = asRows([
      [3, -1, 2],
      [0, 0, 0],
      [0, 5, 0],
    ]);
    const before = rows.scaled.slice();
    assert.deepEqual([...gini.of(rows)], [giniOf(3, -1, 2), NaN, giniOf(0, 5, 0)]);
    assert.deepEqual(rows.scaled, before);
  });

  it('is corrected by F / (F − 1), missing for a single feature', () => {
    const values = Float64Array.of(0.3, NaN);
    assert.deepEqual([...giniCorrected.ofAll(values, 4)], [(0.3 * 4) / 3, NaN]);
    assert.deepEqual([...giniCorrected.ofAll(Float64Array.of(0), 1)], [NaN]);
  });
});
