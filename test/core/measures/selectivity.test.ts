import assert from 'node:assert/strict';
import fc from 'fast-check';
import { selectivity } from '../../../src/core/measures/selectivity';
import { anyRow, asRows, isClose, rounding } from './matrices';

const selectivityOf = (...row: number[]) => selectivity.of(asRows([row]))[0];

describe('selectivity index', () => {
  it('compares the strongest feature with the mean of the others', () => {
    assert.equal(selectivityOf(2, 4, 2, 2), 1 / 3);
    assert.equal(selectivityOf(0, 2, 0), 1);
    assert.equal(selectivityOf(2, 2, 2), 0);
  });

  it('follows the definition, at any scale', () => {
    const rows = anyRow.map((row) => row.map(Math.abs));
    fc.assert(
      fc.property(rows, fc.constantFrom(1, 2 ** -1000, 2 ** 1000), (row, scale) => {
        const best = row.indexOf(Math.max(...row));
        const others = row.filter((_, f) => f !== best);
        const rest = others.reduce((sum, x) => sum + x, 0) / others.length;
        const expected = (row[best] - rest) / (row[best] + rest);
        const actual = selectivityOf(...row.map((x) => x * scale));
        assert.ok(actual >= 0 && actual <= 1 && isClose(actual, expected, rounding(row.length)));
      }),
    );
  });

  it('is missing when an activation is negative or not finite, all are zero or there is one', () => {
    for (const row of [[1, -1e-9, 0], [1, NaN], [Infinity, 1], [0, 0], [1]]) {
      assert.ok(Number.isNaN(selectivityOf(...row)), row.join());
    }
  });
});
