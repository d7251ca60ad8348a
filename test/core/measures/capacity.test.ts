import assert from 'node:assert/strict';
import fc from 'fast-check';
import { capacity } from '../../../src/core/measures/capacity';
import { rowsBetween } from '../../../src/core/measures/rows';
import { asRows, isClose } from './matrices';

/** Small integers: their dot products are exact. Norms of non-zero columns lie in [1, 5√12]. */
const integers = (rows: number, columns: number) =>
  fc.array(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: columns, maxLength: columns }), {
    minLength: rows,
    maxLength: rows,
  });

const size = fc.integer({ min: 1, max: 12 });
const anyMatrix = fc.tuple(size, size).chain(([neurons, features]) => integers(neurons, features));

/**
 * A cosine is off by up to 14 · 2⁻⁵² (12 products and two norms), its square by twice that, times the
 * squared ratio of norms, at most 300, over 12 columns.
 */
const TOLERANCE = 2 * 14 * 300 * 12 * 2 ** -52;

const columnsOf = (rows: number[][]) => rows[0].map((_, f) => rows.map((row) => row[f]));
const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i], 0);
const sumOf = (values: Float64Array) => values.reduce((sum, x) => sum + x, 0);

describe('capacity per feature', () => {
  it('equals the formula of Scherlis et al. (2022), 0 for a zero column', () => {
    fc.assert(
      fc.property(anyMatrix, (rows) => {
        const w = columnsOf(rows);
        const actual = capacity.of(asRows(rows));
        w.forEach((wi, i) => {
          const overlap = w.reduce((sum, wj) => sum + dot(wi, wj) ** 2, 0);
          const expected = overlap === 0 ? 0 : dot(wi, wi) ** 2 / overlap;
          assert.ok(isClose(actual[i], expected, TOLERANCE), `${actual[i]} ${expected}`);
        });
      }),
    );
  });

  it('equals the formula of Elhage et al. (2022) where a feature is represented', () => {
    fc.assert(
      fc.property(anyMatrix, (rows) => {
        const w = columnsOf(rows);
        const actual = capacity.of(asRows(rows));
        w.forEach((wi, i) => {
          const norm = Math.sqrt(dot(wi, wi));
          if (norm === 0) return;
          const unit = wi.map((x) => x / norm);
          const expected = norm ** 2 / w.reduce((sum, wj) => sum + dot(unit, wj) ** 2, 0);
          assert.ok(isClose(actual[i], expected, TOLERANCE));
        });
      }),
    );
  });

  it('lies in [0, 1] and sums to no more than the rank', () => {
    const product = fc
      .tuple(size, size, fc.integer({ min: 1, max: 4 }))
      .chain(([neurons, features, rank]) =>
        fc.record({
          left: integers(neurons, rank),
          right: integers(rank, features),
          rank: fc.constant(Math.min(rank, neurons, features)),
        }),
      );
    fc.assert(
      fc.property(product, ({ left, right, rank }) => {
        const right_ = columnsOf(right);
        const rows = left.map((row) => right_.map((column) => dot(row, column)));
        const capacities = capacity.of(asRows(rows));
        assert.ok(capacities.every((c) => c >= 0 && c <= 1));
        // Entries reach 100, so norms are up to √12 · 100 apart: 1.2e5 squared instead of 300.
        assert.ok(sumOf(capacities) <= rank + (12 * TOLERANCE * 1.2e5) / 300);
      }),
    );
  });

  it('is 1 for orthogonal columns, however the basis is turned', () => {
    assert.deepEqual(
      [
        ...capacity.of(
          asRows([
            [3, 0, 0],
            [0, 0.1, 0],
          ]),
        ),
      ],
      [1, 1, 0],
    );
    const turned = capacity.of(
      asRows([
        [1, -1],
        [1, 1],
      ]),
    );
    assert.ok(turned.every((c) => isClose(c, 1, TOLERANCE)));
  });

  it('shares a direction: 1/2 each for an antipodal pair, 2/5 for a pentagon', () => {
    assert.deepEqual([...capacity.of(asRows([[1, -1]]))], [0.5, 0.5]);
    const angles = [0, 1, 2, 3, 4].map((i) => (2 * Math.PI * i) / 5);
    const pentagon = asRows([angles.map(Math.cos), angles.map(Math.sin)]);
    for (const c of capacity.of(pentagon)) assert.ok(isClose(c, 0.4, TOLERANCE));
    // ‖W_2‖ = 2‖W_1‖ in one direction: 1/(1 + 4) and 16/(16 + 4)
    const unequal = capacity.of(asRows([[1, 2]]));
    assert.ok(isClose(unequal[0], 0.2, TOLERANCE) && isClose(unequal[1], 0.8, TOLERANCE));
  });

  it('does not depend on scale, nor on the signs and order of neurons and features', () => {
    fc.assert(
      fc.property(anyMatrix, fc.constantFrom(2 ** -1000, 2 ** 1000), (rows, scale) => {
        const expected = capacity.of(asRows(rows));
        const scaled = capacity.of(asRows(rows.map((row) => row.map((x) => x * scale))));
        assert.deepEqual(scaled, expected);
        const other = rows.map((row, k) => row.map((x) => (k % 2 ? x : -x)).reverse()).reverse();
        const turned = capacity.of(asRows(other)).reverse();
        turned.forEach((c, f) => assert.ok(isClose(c, expected[f], TOLERANCE)));
      }),
    );
  });

  it('holds where single columns are far apart in scale', () => {
    const apart = asRows([
      [1e300, 0, 1e-300],
      [0, 1e-300, 0],
    ]);
    // Column 3 shares its direction with one that is 1e600 times longer.
    assert.deepEqual([...capacity.of(apart)], [1, 1, 0]);
    assert.deepEqual([...capacity.gate(apart)], [1e300, 1e-300, 1e-300]);
  });

  it('of layers and net at once is that of each of them', () => {
    const layered = fc.tuple(anyMatrix, fc.nat(12), fc.constantFrom(1, 1e-300, 1e300));
    fc.assert(
      fc.property(layered, ([matrix, cut, scale]) => {
        const at = Math.min(cut, matrix.length);
        // Beside the second layer the first may be next to nothing, or everything.
        const rows = asRows(matrix.map((row, k) => row.map((x) => (k < at ? x * scale : x))));
        const layers = [
          { start: 0, end: at },
          { start: at, end: matrix.length },
        ];
        const together = capacity.ofLayers(rows, layers);
        const same = (actual: Float64Array, start: number, end: number): void => {
          const expected = capacity.of(rowsBetween(rows, start, end));
          actual.forEach((c, f) => assert.ok(isClose(c, expected[f], TOLERANCE)));
        };
        layers.forEach(({ start, end }, l) => same(together.layers[l], start, end));
        same(together.net, 0, matrix.length);
      }),
    );
  });

  it('is missing only in the layer that has what is not finite, and in the net', () => {
    const rows = asRows([[1], [NaN]]);
    const layers = [0, 1].map((start) => ({ start, end: start + 1 }));
    const together = capacity.ofLayers(rows, layers);
    assert.deepEqual(
      together.layers.map((values) => [...values]),
      [[1], [NaN]],
    );
    assert.deepEqual([...together.net], [NaN]);
  });

  it('comes with the norm of each column, which it is blind to', () => {
    const rows = asRows([
      [3, 0, 0.5e200],
      [-4, 0, 0],
    ]);
    assert.deepEqual([...capacity.gate(rows)], [5, 0, 0.5e200]);
  });

  it('is missing when anything is not finite', () => {
    for (const rows of [asRows([[1, NaN]]), asRows([[-Infinity, 0]])]) {
      assert.deepEqual([...capacity.of(rows)], [NaN, NaN]);
      assert.deepEqual([...capacity.gate(rows)], [NaN, NaN]);
    }
  });
});
