import assert from 'node:assert/strict';
import fc from 'fast-check';
import { studentTProbability, studentTQuantile } from '../../../src/core/statistics/studentT';

const closeTo = (actual: number, expected: number, tolerance: number): void =>
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${actual} is not ${expected}`,
  );

describe('Student’s t', () => {
  // Tabulated values; with one degree of freedom tan(π(p − ½)) in closed form.
  const known: readonly [probability: number, freedom: number, quantile: number][] = [
    [0.975, 1, 12.706204736174707],
    [0.975, 2, 4.302652729749464],
    [0.975, 4, 2.7764451051977934],
    [0.975, 9, 2.2621571627982053],
    [0.975, 30, 2.0422724563012378],
    [0.975, 1000, 1.9623390808264069],
    [0.95, 10, 1.8124611228107341],
    [0.5, 7, 0],
  ];
  for (const [probability, freedom, quantile] of known) {
    it(`has quantile ${quantile} at ${probability} with ν = ${freedom}`, () => {
      closeTo(studentTQuantile(probability, freedom), quantile, 1e-11);
    });
  }

  it('has the closed form of the Cauchy distribution with one degree of freedom', () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 50, noNaN: true }), (t) =>
        closeTo(studentTProbability(t, 1), 0.5 + Math.atan(t) / Math.PI, 1e-12),
      ),
    );
  });

  it('has quantiles that are where its probability is', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 0.999, noNaN: true }),
        fc.integer({ min: 1, max: 500 }),
        (probability, freedom) =>
          closeTo(
            studentTProbability(studentTQuantile(probability, freedom), freedom),
            probability,
            1e-11,
          ),
      ),
    );
  });
});
