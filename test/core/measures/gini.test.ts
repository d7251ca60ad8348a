import assert from 'node:assert/strict';
import fc from 'fast-check';
import { gini } from '../../../src/core/measures/gini';
import { giniCorrected } from '../../../src/core/measures/giniCorrected';
import { anyRow, isClose, rounding } from './matrices';

const PRINTED = 0.5e-4;

describe('Gini coefficient', () => {
  it('has the known values', () => {
    assert.ok(Math.abs(gini.of(Float64Array.of(0.5, -1, 0.125, 0.25)) - 0.3833) <= PRINTED);
    assert.ok(Math.abs(gini.of(Float64Array.of(1, 0.1, 0.1, 0.1)) - 0.5192) <= PRINTED);
  });

  it('is half the mean difference of all pairs relative to the mean', () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        const a = [...row].map(Math.abs);
        const differences = a.flatMap((x) => a.map((y) => Math.abs(x - y)));
        const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
        const expected = sum(differences) / (2 * a.length * sum(a));
        // F² differences are summed here.
        assert.ok(isClose(gini.of(row), expected, rounding(a.length ** 2)));
      }),
    );
  });

  it('leaves the row as it is', () => {
    const row = Float64Array.of(3, -1, 2);
    gini.of(row);
    assert.deepEqual([...row], [3, -1, 2]);
  });

  it('is corrected by F / (F − 1), missing for a single feature', () => {
    const values = Float64Array.of(0.3, NaN);
    assert.deepEqual([...giniCorrected.ofAll(values, 4)], [(0.3 * 4) / 3, NaN]);
    assert.deepEqual([...giniCorrected.ofAll(Float64Array.of(0), 1)], [NaN]);
  });
});
