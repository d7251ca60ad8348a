import assert from 'node:assert/strict';
import { deadFraction } from '../../../src/core/measures/deadFraction';
import { monosemanticFraction } from '../../../src/core/measures/monosemanticFraction';
import { asRows } from './matrices';

const fraction = (rows: number[][], threshold = 0.5) =>
  monosemanticFraction.of(asRows(rows, 3), { threshold });

describe('monosemantic fraction', () => {
  const rows = [
    [5, 0, 0], // 1/R = 1
    [-0.6, 0.2, 0.2], // 0.6
    [1, 1, 0], // 0.5: not above the threshold
    [1, 1, 1], // 1/3
  ];

  it('is the share of neurons whose strongest share is above the threshold', () => {
    assert.equal(fraction(rows), 0.5);
    assert.equal(fraction(rows, 0.7), 0.25);
    assert.equal(fraction(rows, 0.4), 0.75);
  });

  it('counts live neurons only', () => {
    assert.equal(fraction([...rows, [0, 0, 0], [0, 0, 0]]), 0.5);
  });

  it('is missing when no neuron is live or anything is not finite', () => {
    for (const broken of [[], [[0, 0, 0]], [...rows, [1, NaN, 0]], [...rows, [1, Infinity, 0]]]) {
      assert.ok(Number.isNaN(fraction(broken)));
    }
  });
});

describe('dead fraction', () => {
  it('is the share of rows that are all zero', () => {
    assert.equal(
      deadFraction.of(
        asRows([
          [0, 0],
          [-0, 0],
          [0, 5e-324],
          [1, 0],
        ]),
      ),
      0.5,
    );
    assert.equal(deadFraction.of(asRows([[1, 0]])), 0);
    assert.equal(deadFraction.of(asRows([[0, 0]])), 1);
  });

  it('is missing when there are no neurons or anything is not finite', () => {
    assert.ok(Number.isNaN(deadFraction.of(asRows([], 2))));
    assert.ok(
      Number.isNaN(
        deadFraction.of(
          asRows([
            [0, 0],
            [NaN, 0],
          ]),
        ),
      ),
    );
  });
});
