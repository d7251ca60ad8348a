import assert from 'node:assert/strict';
import { affine, columnSums, multiply, relu } from '../../../../src/core/engine/typescript/kernels';
import { randomValues } from '../tasks';

const { fround } = Math;

/** Sizes around the edges of blocks of four: none, a part, one, two, and one over. */
const SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 9];

describe('the dense kernels', () => {
  it('sum x·w in the order of the inputs, from the bias, rounding every product and every sum', () => {
    for (const outputs of SIZES) {
      for (const inputs of SIZES) {
        for (const rows of [1, 2, 5]) {
          const x = randomValues(1, rows * inputs);
          const w = randomValues(2, outputs * inputs);
          const bias = randomValues(3, outputs);
          const expected = new Float32Array(rows * outputs);
          expected.forEach((_, at) => {
            const [r, o] = [Math.floor(at / outputs), at % outputs];
            let sum = bias[o];
            for (let i = 0; i < inputs; i++) {
              sum = fround(sum + fround(x[r * inputs + i] * w[o * inputs + i]));
            }
            expected[at] = sum;
          });
          const out = new Float32Array(rows * outputs);
          affine(x, w, bias, out, rows);
          assert.deepEqual(out, expected);
        }
      }
    }
  });

  it('multiply matrices, the left one stored either way, summing in the order of the index', () => {
    for (const rows of SIZES) {
      for (const columns of SIZES) {
        for (const inner of [1, 2, 5]) {
          const a = randomValues(4, rows * inner);
          const b = randomValues(5, inner * columns);
          const transposed = a.map((_, at) => a[(at % rows) * inner + Math.floor(at / rows)]);
          const expected = new Float32Array(rows * columns);
          expected.forEach((_, at) => {
            const [m, n] = [Math.floor(at / columns), at % columns];
            let sum = 0;
            for (let k = 0; k < inner; k++) {
              sum = fround(sum + fround(a[m * inner + k] * b[k * columns + n]));
            }
            expected[at] = sum;
          });
          const out = new Float32Array(rows * columns);
          multiply(a, inner, 1, b, out, rows, inner, columns);
          assert.deepEqual(out, expected);
          out.fill(NaN);
          multiply(transposed, 1, rows, b, out, rows, inner, columns);
          assert.deepEqual(out, expected);
        }
      }
    }
  });

  it('do not change rows beyond a smaller batch', () => {
    const out = new Float32Array(6).fill(7);
    affine(randomValues(1, 9), randomValues(2, 6), randomValues(3, 2), out, 2);
    assert.deepEqual(out.subarray(4), Float32Array.of(7, 7));
    const sums = new Float32Array(2).fill(7);
    columnSums(Float32Array.of(1, 2, 3, 4, 100, 100), sums, 2);
    assert.deepEqual(sums, Float32Array.of(4, 6));
    const values = Float32Array.of(-1, -1, -1);
    relu(values, 2);
    assert.deepEqual(values, Float32Array.of(0, 0, -1));
  });

  it('sum columns row by row in float32', () => {
    // 2²⁴ + 1 rounds to 2²⁴: in this order the ones are lost, in another they would not be.
    const sums = new Float32Array(1);
    columnSums(Float32Array.of(2 ** 24, 1, 1, -(2 ** 24)), sums, 4);
    assert.deepEqual(sums, Float32Array.of(0));
    columnSums(Float32Array.of(1, 1, 2 ** 24, -(2 ** 24)), sums, 4);
    assert.deepEqual(sums, Float32Array.of(2));
  });

  it('replace negative values by +0, and keep zeros and NaN', () => {
    const values = Float32Array.of(1, -1, 0, -0, Infinity, -Infinity, NaN, 1e-45);
    relu(values, values.length);
    assert.deepEqual(values, Float32Array.of(1, 0, 0, -0, Infinity, 0, NaN, 1e-45));
  });
});
