import assert from 'node:assert/strict';
import fc from 'fast-check';
import { layersOf } from '../../../src/core/network/layout';
import {
  coupledSums,
  dividedByMean,
  meanRowMagnitudes,
  normImportance,
} from '../../../src/core/pruning/importance';
import { anySpecimen, withWeights } from './specimens';

// Incoming rows (3, 0) and (1, −1), outgoing columns (4, 0) and (1, 1).
const specimen = withWeights([2, 2, 2], [3, 0, 1, -1], [4, 1, 0, 1]);
const [incoming, outgoing] = layersOf(specimen);
const listed = (scores: Float64Array[]) => scores.map((layer) => Array.from(layer));

describe('importance of units', () => {
  it('is the mean magnitude of a row', () => {
    assert.deepEqual(Array.from(meanRowMagnitudes(incoming)), [1.5, 1]);
  });

  it('sums over what goes with a unit: its row and the column that reads it', () => {
    assert.deepEqual(Array.from(coupledSums(incoming, outgoing, 1)), [7, 4]);
    assert.deepEqual(Array.from(coupledSums(incoming, outgoing, 2)), [25, 4]);
  });

  it('is the norm of these weights, by the mean of the layer where normalised', () => {
    assert.deepEqual(listed(normImportance(specimen, 'l1', false)), [[7, 4]]);
    assert.deepEqual(listed(normImportance(specimen, 'l2', false)), [[5, 2]]);
    assert.deepEqual(listed(normImportance(specimen, 'l2', true)), [[5 / 3.5, 2 / 3.5]]);
  });

  it('does not count biases', () => {
    const biased = { ...specimen, parameters: specimen.parameters.slice() };
    for (const { biases } of layersOf(biased)) biases.fill(9);
    for (const norm of ['l1', 'l2'] as const) {
      assert.deepEqual(normImportance(biased, norm, true), normImportance(specimen, norm, true));
    }
  });

  it('keeps the zeros of a layer of zeros, whose mean is no divisor', () => {
    const zeros = withWeights([1, 2, 1], [0, 0], [0, 0]);
    assert.deepEqual(listed(normImportance(zeros, 'l2', true)), [[0, 0]]);
    assert.ok(dividedByMean(Float64Array.of(0, 0)).every(Number.isNaN));
  });

  it('has mean 1 in every normalised layer, up to rounding', () => {
    fc.assert(
      fc.property(anySpecimen, fc.constantFrom('l1' as const, 'l2' as const), (any, norm) => {
        for (const scores of normImportance(any, norm, true)) {
          if (scores.every((score) => score === 0)) continue;
          const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
          // At most 9 roundings in either sum of at most 9 units, and one in each division.
          assert.ok(Math.abs(mean - 1) <= 20 * 2 ** -52);
        }
      }),
    );
  });
});
