import assert from 'node:assert/strict';
import fc from 'fast-check';
import { simdEngine } from '../../../../src/core/engine/simd/simdEngine';
import { plainMeasures } from '../../../../src/core/measures/arithmetic';
import { capacity } from '../../../../src/core/measures/capacity';
import { measureMatrix } from '../../../../src/core/measures/measure';
import { rowsOf } from '../../../../src/core/measures/rows';
import { KERNELS } from '../../../node/compute/native/kernels';

interface Matrix {
  readonly features: number;
  readonly widths: readonly number[];
  readonly values: Float64Array;
}

/** Values as attributions have them, and such that a logarithm or a square is in danger. */
const value = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -1e3, max: 1e3, noNaN: true }) },
  { weight: 2, arbitrary: fc.constantFrom(0, -0, 1, -1) },
  { weight: 1, arbitrary: fc.constantFrom(5e-324, 1e-310, -1e-300, 1e-160, 1e300) },
);
const broken = fc.constantFrom(NaN, Infinity, -Infinity);

const anyMatrix = (cell: fc.Arbitrary<number>): fc.Arbitrary<Matrix> =>
  fc
    .tuple(
      fc.integer({ min: 1, max: 70 }),
      fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }),
    )
    .chain(([features, widths]) => {
      const length = features * widths.reduce((sum, width) => sum + width, 0);
      return fc
        .tuple(
          fc.array(cell, { minLength: length, maxLength: length, size: 'max' }),
          fc.array(fc.nat(widths.length * 12), { maxLength: 3 }),
        )
        .map(([cells, dead]) => {
          const values = Float64Array.from(cells);
          for (const row of dead) values.fill(0, row * features, (row + 1) * features);
          return { features, widths, values };
        });
    });

for (const kernel of KERNELS) {
  describe(`measures on the ${kernel.description}`, () => {
    const { measures } = simdEngine(kernel);
    assert.ok(measures);
    const both = ({ values, features }: Matrix) =>
      [rowsOf(values, features), rowsOf(values, features, measures)] as const;

    it('sum logarithms and rank rows to the bits of plain TypeScript', () => {
      fc.assert(
        fc.property(anyMatrix(fc.oneof({ weight: 60, arbitrary: value }, broken)), (matrix) => {
          const [plain, fast] = both(matrix);
          // The log sum of a row without a peak is never used.
          const live = (sums: Float64Array): number[] =>
            Array.from(sums).map((sum, k) => (plain.sums[k] > 0 ? sum : NaN));
          assert.deepEqual(live(measures.logSums(fast)), live(plainMeasures.logSums(plain)));
          assert.deepEqual(measures.ginis(fast), plainMeasures.ginis(plain));
        }),
        { numRuns: 300 },
      );
    });

    it('sort rows of any length', () => {
      for (let features = 1; features <= 300; features++) {
        const values = Float64Array.from({ length: 3 * features }, (_, i) =>
          Math.sin(1e4 * Math.sin(i)),
        );
        const [plain, fast] = both({ features, widths: [3], values });
        assert.deepEqual(measures.ginis(fast), plainMeasures.ginis(plain), `${features} features`);
      }
    });

    it('multiply columns to the bits of plain TypeScript', () => {
      fc.assert(
        fc.property(anyMatrix(value), (matrix) => {
          let end = 0;
          const layers = matrix.widths.map((width) => ({ start: end, end: (end += width) }));
          const [plain, fast] = both(matrix).map((rows) => capacity.ofLayers(rows, layers));
          assert.deepEqual(fast, plain);
        }),
        { numRuns: 300 },
      );
    });

    it('measure a matrix as plain TypeScript does', () => {
      fc.assert(
        fc.property(anyMatrix(value), ({ features, widths, values }) => {
          let end = 0;
          const layers = widths.map((width, layer) => ({ layer, start: end, end: (end += width) }));
          const matrix = {
            neurons: end,
            features,
            values,
            layers,
            rows: 'pre-activation' as const,
          };
          assert.deepEqual(measureMatrix(matrix, {}, measures), measureMatrix(matrix));
        }),
        { numRuns: 100 },
      );
    });
  });
}
