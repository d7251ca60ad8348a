import assert from 'node:assert/strict';
import fc from 'fast-check';
import { entropy } from '../../../src/core/measures/entropy';
import { entropyMinMax } from '../../../src/core/measures/entropyMinMax';
import { rowsOf, type Rows } from '../../../src/core/measures/rows';
import { anyRow, asRows, attributions, hillNumber, isClose, rounding } from './matrices';

const PRINTED = 0.5e-4;

function entropiesOf(rows: Rows): Float64Array {
  return entropy.ofAll(entropy.from(rows), rows.features);
}

function minMaxOf(rows: Rows): Float64Array {
  return entropyMinMax.ofAll(entropyMinMax.from(rows), rows.features);
}

describe('normalised entropy', () => {
  it('has the known values', () => {
    const [a, b] = entropiesOf(rowsOf(Float64Array.of(1, 0.5, 0.25, 0.125, 1, 0.1, 0.1, 0.1), 4));
    assert.ok(Math.abs(a - 0.8201) <= PRINTED);
    assert.ok(Math.abs(b - 0.5726) <= PRINTED);
  });

  it('is ln N₁ / ln F', () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        const expected = Math.log(hillNumber(row, 1)) / Math.log(row.length);
        assert.ok(isClose(entropiesOf(asRows([row]))[0], expected, rounding(row.length)));
      }),
    );
  });

  it('is missing for a single feature', () => {
    assert.deepEqual([...entropiesOf(asRows([[3]]))], [NaN]);
  });
});

describe('min–max-normalised entropy', () => {
  it('is 0 and 1 at the extremes of the net, and linear in the entropy between them', () => {
    const rows = fc
      .integer({ min: 2, max: 20 })
      .chain((features) => fc.array(attributions(features), { minLength: 2, maxLength: 12 }));
    fc.assert(
      fc.property(rows, (net) => {
        const h = entropiesOf(asRows(net));
        const extent = Math.max(...h) - Math.min(...h);
        fc.pre(extent > 1e-3);
        const normalised = minMaxOf(asRows(net));
        // The difference of two entropies, divided by one that is at least 1e-3.
        const tolerance = (4 * rounding(net[0].length)) / 1e-3;
        net.forEach((_, k) => {
          const expected = (h[k] - Math.min(...h)) / extent;
          assert.ok(isClose(normalised[k], expected, tolerance));
        });
        assert.equal(Math.min(...normalised), 0);
        assert.equal(Math.max(...normalised), 1);
      }),
    );
  });

  it('leaves rows without entropy out of the extremes', () => {
    const rows = asRows([
      [0, 0],
      [1, 1],
      [1, 0],
      [NaN, 1],
      [1, 0.5],
    ]);
    const [zero, uniform, oneHot, broken, between] = minMaxOf(rows);
    assert.deepEqual([zero, uniform, oneHot, broken], [NaN, 1, 0, NaN]);
    assert.ok(between > 0.9 && between < 1);
  });

  it('is missing where all entropies are equal, also when rounding tells them apart', () => {
    fc.assert(
      fc.property(anyRow, fc.array(fc.nat(), { minLength: 1, maxLength: 6 }), (row, turns) => {
        const net = turns.map((turn) =>
          row.map((_, f) => row[(f + turn) % row.length] * (turn + 1)),
        );
        assert.ok(minMaxOf(asRows(net)).every(Number.isNaN));
      }),
    );
  });
});
