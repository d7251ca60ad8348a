import assert from 'node:assert/strict';
import fc from 'fast-check';
import { coverage } from '../../../src/core/measures/coverage';
import { rowsOf } from '../../../src/core/measures/rows';
import { asRows, attributions, isClose, rounding } from './matrices';

const meanOf = (values: Float64Array) => values.reduce((sum, x) => sum + x, 0) / values.length;

describe('coverage', () => {
  it('adds the shares of attention over neurons, up to 1 for each feature', () => {
    const rows = asRows([
      [1, -1, 2, 0],
      [0, 0, -5, 0],
    ]);
    assert.deepEqual([...coverage.of(rows)], [0.25, 0.25, 1, 0]);
  });

  it('is 1 for one monosemantic neuron per feature, and their share for fewer', () => {
    for (const neurons of [1, 3, 5]) {
      const rows = new Float64Array(neurons * 5);
      for (let k = 0; k < neurons; k++) rows[k * 5 + k] = k + 1;
      assert.equal(meanOf(coverage.of(rowsOf(rows, 5))), neurons / 5);
    }
  });

  it('covers at most as many features as there are neurons, and grows with every neuron', () => {
    const net = fc
      .integer({ min: 1, max: 12 })
      .chain((features) => fc.array(attributions(features), { minLength: 2, maxLength: 12 }));
    fc.assert(
      fc.property(net, (rows) => {
        const features = rows[0].length;
        const all = coverage.of(asRows(rows));
        const fewer = coverage.of(asRows(rows.slice(1)));
        const slack = rounding(features) * rows.length;
        all.forEach((covered, f) => assert.ok(covered <= 1 && covered >= fewer[f] - slack));
        assert.ok(features * meanOf(all) <= rows.length + slack);
      }),
    );
  });

  it('leaves dead neurons out, but for the thesis one makes it undefined', () => {
    const live = [
      [1, 3],
      [0, 0.5],
    ];
    const rows = asRows([live[0], [0, 0], live[1]]);
    assert.deepEqual(coverage.of(rows), coverage.of(asRows(live)));
    assert.deepEqual([...coverage.ofThesis(rows)], [NaN, NaN]);
    assert.deepEqual(coverage.ofThesis(asRows(live)), coverage.of(asRows(live)));
  });

  it('is the same at 1e-300 and 1e300, neuron by neuron', () => {
    const rows = asRows([
      [1e300, 1e300],
      [1e-300, 3e-300],
    ]);
    const [first, second] = coverage.of(rows);
    assert.ok(isClose(first, 0.75, rounding(2)) && second === 1);
  });

  it('is missing when all is zero or anything is not finite', () => {
    for (const rows of [asRows([], 2), rowsOf(new Float64Array(4), 2)]) {
      assert.deepEqual([...coverage.of(rows)], [NaN, NaN]);
    }
    for (const broken of [NaN, Infinity]) {
      const rows = asRows([
        [1, 0],
        [broken, 1],
      ]);
      assert.deepEqual([...coverage.of(rows)], [NaN, NaN]);
      assert.deepEqual([...coverage.ofThesis(rows)], [NaN, NaN]);
    }
  });
});
