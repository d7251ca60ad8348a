import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LabError } from '../../../src/core/errors';
import {
  decodeColumn,
  decodeMatrix,
  encodeTensor,
  MAX_NUMBERS,
  type EncodedTensor,
} from '../../../src/protocol/outputs/tensor';

const number = fc.double({ noDefaultInfinity: true });

describe('numbers within an output', () => {
  it('are restored exactly from both encodings', () => {
    const shape = fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 1, max: 8 }));
    const matrices = shape.chain(([rows, columns]) =>
      fc.array(fc.array(number, { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
    );
    fc.assert(
      fc.property(matrices, (lists) => {
        const columns = lists[0]?.length ?? 0;
        const flat = Float64Array.from(lists.flat());
        const expected = { rows: lists.length, columns, values: flat };
        const packed = encodeTensor(flat, [lists.length, columns]);
        assert.deepEqual(decodeMatrix(packed, 'values'), expected);
        const nulls = lists.map((row) => row.map((x) => (Number.isNaN(x) ? null : x)));
        assert.deepEqual(decodeMatrix(nulls, 'values'), expected);
      }),
    );
  });

  it('keep their kind', () => {
    for (const values of [
      Float32Array.of(0.1, -2),
      Float64Array.of(0.1, -2),
      Uint32Array.of(7, 2 ** 32 - 1),
      Uint8Array.of(0, 255),
    ]) {
      const packed = encodeTensor(values, [2]);
      assert.match(packed.dtype, /float32|float64|uint32|uint8/);
      assert.deepEqual(Array.from(decodeColumn(packed, 'x')), Array.from(values, Number));
    }
  });

  it('are those of NumPy: little-endian, row-major', () => {
    // base64.b64encode(numpy.array([[1, 2], [3, 4]], dtype="<f4").tobytes())
    const packed: EncodedTensor = {
      dtype: 'float32',
      shape: [2, 2],
      base64: 'AACAPwAAAEAAAEBAAACAQA==',
    };
    assert.deepEqual(Array.from(decodeMatrix(packed, 'values').values), [1, 2, 3, 4]);
  });

  it('are refused, with the field, before anything is made of a size they claim', () => {
    const huge: EncodedTensor = { dtype: 'float64', shape: [2 ** 20, 2 ** 20], base64: '' };
    const failing = (work: () => unknown): LabError => {
      try {
        work();
      } catch (error) {
        assert.ok(error instanceof LabError);
        return error;
      }
      throw new Error('it was taken');
    };
    const refusal = failing(() => decodeMatrix(huge, 'checkpoints[2].values'));
    assert.equal(refusal.place.field, 'checkpoints[2].values');
    assert.match(refusal.reason, new RegExp(String(MAX_NUMBERS)));
    const all: readonly EncodedTensor[] = [
      { dtype: 'float32', shape: [2], base64: 'AACAPw==' },
      { dtype: 'float32', shape: [1], base64: '!!!!!!!!' },
      { dtype: 'float32', shape: [1, 1], base64: 'AACAPw==' },
    ];
    for (const broken of all) {
      assert.equal(failing(() => decodeColumn(broken, 'epoch')).kind, 'invalid-input');
    }
    assert.match(
      failing(() => decodeMatrix([[1], [1, 2]], 'values')).reason,
      /row 1 has 2 numbers/,
    );
  });
});
