import assert from 'node:assert/strict';
import {
  decodeValues,
  DTYPES,
  elementBytes,
  elementCount,
  encodeValues,
  heldBytes,
  isDtype,
  tensorOf,
  toFloat32,
  toFloat64,
  type Tensor,
} from '../../../src/core/formats/tensor';
import { refuses } from './files';

describe('tensor', () => {
  it('is refused when its values do not fit its shape, or no array can have the shape', () => {
    assert.equal(tensorOf('F32', [], Float32Array.of(1)).values.length, 1);
    assert.equal(elementCount([0, 3]), 0);
    refuses(
      () => tensorOf('F32', [2, 3], new Float32Array(5)),
      'invalid-input',
      /\[2,3\].* 6 .* 5/,
    );
    refuses(() => elementCount([2, -1]), 'invalid-input', /\[2,-1\]/);
    refuses(() => elementCount([1.5]), 'invalid-input', /\[1\.5\]/);
    refuses(() => elementCount([2 ** 30, 2 ** 30]), 'invalid-input', /1073741824/);
  });

  it('decodes little- and big-endian bytes of every element type to the same values', () => {
    for (const dtype of DTYPES) {
      const width = elementBytes(dtype);
      const little = Uint8Array.from({ length: 3 * width }, (_, i) => (i * 37) % 120);
      const big = little.slice();
      for (let at = 0; at < big.length; at += width) big.subarray(at, at + width).reverse();
      const values = decodeValues(dtype, little);
      assert.deepEqual(decodeValues(dtype, big, 'big'), values, dtype);
      assert.equal(values.BYTES_PER_ELEMENT, heldBytes(dtype));
      assert.deepEqual(encodeValues({ dtype, shape: [3], values } as Tensor), little, dtype);
    }
    assert.deepEqual(decodeValues('I16', Uint8Array.of(1, 2, 0xff, 0xff)), Int16Array.of(513, -1));
  });

  it('decodes a copy, from any place of a larger buffer', () => {
    const file = Buffer.from([9, 0, 0, 0x80, 0x3f]);
    const values = decodeValues('F32', file.subarray(1));
    file.fill(0);
    assert.deepEqual(values, Float32Array.of(1));
  });

  it('knows the element types of the formats and no property of objects', () => {
    assert.deepEqual(['F32', 'F8_E4M3', 'toString', 3].map(isDtype), [true, false, false, false]);
  });

  it('gives float32 and float64 values, its own array where it can', () => {
    const single = tensorOf('F32', [2], Float32Array.of(0.1, NaN));
    const double = tensorOf('F64', [1], Float64Array.of(0.1));
    assert.equal(toFloat32(single, 'x'), single.values);
    assert.equal(toFloat64(double, 'x'), double.values);
    assert.deepEqual(toFloat32(double, 'x'), Float32Array.of(0.1));
    assert.deepEqual(toFloat64(single, 'x'), Float64Array.of(Math.fround(0.1), NaN));
    const long = tensorOf('I64', [2], BigInt64Array.of(-3n, 2n ** 53n + 1n));
    assert.deepEqual(toFloat64(long, 'x'), Float64Array.of(-3, 2 ** 53));
    assert.deepEqual(toFloat32(long, 'x'), Float32Array.of(-3, 2 ** 53));
  });

  it('names the tensor that has no float32 values', () => {
    const wide = tensorOf('F64', [2], Float64Array.of(Infinity, 1e39));
    refuses(
      () => toFloat32(wide, 'encoder.0.bias'),
      'invalid-input',
      /^encoder\.0\.bias: /,
      /1e\+39/,
    );
    const flags = tensorOf('BOOL', [1], Uint8Array.of(1));
    refuses(() => toFloat64(flags, 'mask'), 'invalid-input', /^mask: /, /booleans/);
    const torn: Tensor = { dtype: 'F32', shape: [3], values: new Float32Array(2) };
    refuses(() => toFloat32(torn, 'x'), 'invalid-input', /^x: has 2 values for the shape \[3\]/);
  });
});
