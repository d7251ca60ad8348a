import fc from 'fast-check';
import assert from 'node:assert/strict';
import { clusterOrder } from '../../../src/figures/matrix/cluster';
import { coverageOf, measureRows, neuronMeasure } from '../../../src/figures/matrix/measured';
import { rowsBySlot } from '../../../src/figures/matrix/neuronIndex';
import { orderFeatures, orderNeurons } from '../../../src/figures/matrix/order';
import { percentileOfMagnitudes } from '../../../src/figures/matrix/percentile';
import { matrixOf, NEURON_INDEX } from './samples';

const relative = neuronMeasure('relative');
const ORDERS = ['index', 'measure', 'dominant', 'cluster'] as const;

describe('clustering', () => {
  it('gives every index once', () => {
    const vectors = fc
      .tuple(fc.integer({ min: 0, max: 24 }), fc.integer({ min: 1, max: 5 }))
      .chain(([count, width]) =>
        fc
          .array(fc.constantFrom(-1, -0.5, 0, 0.25, 2), {
            minLength: count * width,
            maxLength: count * width,
          })
          .map((list) => ({ count, list })),
      );
    fc.assert(
      fc.property(vectors, ({ count, list }) => {
        const order = clusterOrder(Float64Array.from(list), count);
        assert.deepEqual(
          [...order].sort((a, b) => a - b),
          Array.from({ length: count }, (_, i) => i),
        );
      }),
    );
  });

  it('puts like beside like, whatever their scale', () => {
    const directions = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    // 0 1 2 0 1 2 …, each ten times as long as the one before.
    const rows = Array.from({ length: 12 }, (_, i) => directions[i % 3].map((x) => x * 10 ** i));
    const order = clusterOrder(Float64Array.from(rows.flat()), 12);
    const kinds = [...order].map((i) => i % 3);
    const changes = kinds.filter((kind, i) => i > 0 && kind !== kinds[i - 1]).length;
    assert.equal(changes, 2);
  });

  it('turns the sides of a join so that the closest ends meet', () => {
    const angles = [80, 0, 50, 20, 65, 35].map((degrees) => (degrees * Math.PI) / 180);
    const vectors = Float64Array.from(
      angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]),
    );
    const sorted = [...clusterOrder(vectors, 6)].map((i) => angles[i]);
    const rising = sorted.every((angle, i) => i === 0 || angle > sorted[i - 1]);
    const falling = sorted.every((angle, i) => i === 0 || angle < sorted[i - 1]);
    assert.ok(rising || falling, String(sorted));
  });
});

describe('the order of neurons and features', () => {
  const matrix = matrixOf(
    [
      [0, 2, 3],
      [1, 2],
    ],
    5,
  );
  const rows = rowsBySlot(NEURON_INDEX, matrix);
  const measure = {
    values: measureRows(matrix, relative),
    morePolysemantic: relative.morePolysemantic,
  };
  const index = Int32Array.of(0, 1, 2, 3, 4);

  it('keeps layers together and loses nobody', () => {
    for (const order of ORDERS) {
      const slots = [...orderNeurons(order, NEURON_INDEX, matrix, rows, measure, index)];
      assert.deepEqual(slots.slice(0, 4).sort(), [0, 1, 2, 3], order);
      assert.deepEqual(slots.slice(4).sort(), [4, 5, 6], order);
    }
  });

  it('puts the most polysemantic first, and pruned ones last', () => {
    const slots = [...orderNeurons('measure', NEURON_INDEX, matrix, rows, measure, index)];
    assert.equal(slots[3], 1);
    assert.equal(slots[6], 4);
    const values = slots.slice(0, 3).map((slot) => measure.values[rows[slot]]);
    assert.deepEqual(
      values,
      [...values].sort((a, b) => b - a),
    );
    const gini = { values: measure.values, morePolysemantic: 'lower' };
    const other = [...orderNeurons('measure', NEURON_INDEX, matrix, rows, gini, index)];
    assert.deepEqual(other.slice(0, 3), slots.slice(0, 3).reverse());
  });

  it('sorts by the dominant feature in the order of the features', () => {
    const peaks = [3, 1, 4, 0, 2, 2, 1];
    const own = matrixOf(
      [
        [0, 1, 2, 3],
        [0, 1, 2],
      ],
      5,
      (row, f) => (f === peaks[row] ? -1 - row : 0.1),
    );
    const reversed = Int32Array.of(4, 3, 2, 1, 0);
    const slots = orderNeurons(
      'dominant',
      NEURON_INDEX,
      own,
      rowsBySlot(NEURON_INDEX, own),
      measure,
      reversed,
    );
    // In layer 1, units 0 and 1 share a feature: the stronger comes first.
    assert.deepEqual([...slots], [2, 0, 1, 3, 5, 4, 6]);
  });

  it('sorts features by coverage, by dominant neuron, by similarity', () => {
    const coverage = coverageOf(matrix);
    const covered = [...orderFeatures('coverage', matrix, coverage)].map((f) => coverage[f]);
    assert.deepEqual(
      covered,
      [...covered].sort((a, b) => b - a),
    );
    const peaks = [3, 0, 4, 1, 2];
    const own = matrixOf(
      [
        [0, 1, 2],
        [0, 1],
      ],
      5,
      (row, f) => (row === peaks[f] ? 2 : 0.1),
    );
    assert.deepEqual([...orderFeatures('dominant', own, coverage)], [1, 3, 4, 0, 2]);
    const clustered = [...orderFeatures('cluster', matrix, coverage)];
    assert.deepEqual(clustered.sort(), [0, 1, 2, 3, 4]);
  });
});

describe('the percentile of magnitudes', () => {
  it('is the nearest rank of the finite ones', () => {
    const values = fc.array(fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, 0, 1, 1)));
    fc.assert(
      fc.property(values, fc.double({ min: 1, max: 100, noNaN: true }), (list, p) => {
        const sorted = list
          .filter((value) => Number.isFinite(value))
          .map(Math.abs)
          .sort((a, b) => a - b);
        const rank = Math.max(0, Math.ceil((p / 100) * sorted.length) - 1);
        assert.equal(percentileOfMagnitudes(Float64Array.from(list), p), sorted[rank] ?? 0);
      }),
    );
  });
});
