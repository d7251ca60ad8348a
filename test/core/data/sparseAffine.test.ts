import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  SAMPLE_LANES,
  sparseAffine,
  sparseMatrix,
  sparseTranspose,
} from '../../../src/core/data/sparseAffine';

const entry = fc.oneof(fc.constant(0), fc.integer({ min: -64, max: 64 }));

describe('the sparse affine map', () => {
  it('equals the dense map, direct and transposed', () => {
    const shape = fc.record({
      rows: fc.integer({ min: 1, max: 6 }),
      columns: fc.integer({ min: 1, max: 6 }),
      tiles: fc.integer({ min: 1, max: 3 }),
      entries: fc.array(entry, { minLength: 36, maxLength: 36 }),
    });
    fc.assert(
      fc.property(shape, ({ rows, columns, tiles, entries }) => {
        const block = tiles * SAMPLE_LANES;
        const dense = Float32Array.from(entries.slice(0, rows * columns));
        const check = (
          matrix: ReturnType<typeof sparseMatrix>,
          outputs: number,
          inputs: number,
          at: (o: number, i: number) => number,
        ): void => {
          // Small integers: every sum is exact.
          const x = Float64Array.from({ length: inputs * block }, (_, i) => (i % 17) - 8);
          const bias = Float64Array.from({ length: outputs }, (_, o) => o - 2);
          const out = new Float64Array(outputs * block).fill(NaN);
          sparseAffine(matrix, bias, x, out, block);
          for (let o = 0; o < outputs; o++) {
            for (let s = 0; s < block; s++) {
              let sum = bias[o];
              for (let i = 0; i < inputs; i++) sum += at(o, i) * x[i * block + s];
              assert.equal(out[o * block + s], sum);
            }
          }
        };
        const at = (r: number, c: number): number => dense[r * columns + c];
        check(sparseMatrix(dense, rows, columns), rows, columns, at);
        check(sparseTranspose(dense, rows, columns), columns, rows, (o, i) => at(i, o));
      }),
    );
  });

  it('stores no zeros', () => {
    const matrix = sparseMatrix(Float32Array.of(0, 2, 0, 0, 3, 4), 2, 3);
    assert.deepEqual(Array.from(matrix.starts), [0, 1, 3]);
    assert.deepEqual(Array.from(matrix.columns), [1, 1, 2]);
    assert.deepEqual(Array.from(matrix.values), [2, 3, 4]);
  });
});
