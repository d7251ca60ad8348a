import assert from 'node:assert/strict';
import { attribute } from '../../../src/core/attribution/attribute';
import type { AttributionMethod } from '../../../src/core/attribution/request';
import type { QuadratureRule } from '../../../src/core/attribution/quadrature';
import fixture from '../../fixtures/integrated-gradients.json';
import { fixturePair } from './captum';
import { assertClose, roundingOf, rowsOf } from './oracle';

describe("attribution and PyTorch's reverse-mode differentiation in float64", () => {
  const cases = [
    ['relu', 'pre-activation', fixture['relu pre-activation']],
    ['relu', 'post-activation', fixture['relu post-activation']],
    ['linear', 'pre-activation', fixture['linear pre-activation']],
  ] as const;

  for (const [activation, rows, expected] of cases) {
    const { encoder, specimen } = fixturePair(activation);
    // A slope sums products as a value does; 50 weighted ones, 50 times as many roundings.
    const bound = 50 * roundingOf({ encoder, specimen });
    const agree = (method: AttributionMethod, values: number[][]) =>
      assertClose(rowsOf(attribute(encoder, specimen, { ...method, rows })), values, bound);

    it(`agree on the ${activation} net's ${rows} finite differences and gradients`, () => {
      const matrix = attribute(encoder, specimen, { method: 'finite-difference', rows });
      const float32 = 2 * roundingOf({ encoder, specimen }, 'float32');
      assertClose(rowsOf(matrix), expected['finite-difference'], float32);
      agree({ method: 'gradient' }, expected.gradient);
    });

    it(`agree on the ${activation} net's ${rows} integrated gradients by every rule`, () => {
      const table: [string, number[][]][] = Object.entries(expected['integrated-gradients']);
      assert.equal(table.length, 11);
      for (const [name, values] of table) {
        const [rule, steps] = name.split(' ') as [QuadratureRule, string];
        agree({ method: 'integrated-gradients', rule, steps: Number(steps) }, values);
      }
    });
  }
});
