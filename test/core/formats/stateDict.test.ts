import assert from 'node:assert/strict';
import { crc32 } from '../../../src/core/formats/crc32';
import { readPth, type PthValue } from '../../../src/core/formats/pth';
import {
  readStateDict,
  readTensorTuple,
  stateDictOf,
  tensorTupleOf,
} from '../../../src/core/formats/stateDict';
import { encodeValues, type Tensor } from '../../../src/core/formats/tensor';
import { fixture, hasPublished, published, refuses } from './files';

function shapes(tensors: ReadonlyMap<string, Tensor>): Record<string, readonly number[]> {
  return Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]));
}

/** Checksum of the raw values, one tensor after the other. */
function checksum(tensors: Iterable<Tensor>): number {
  return crc32(Buffer.concat(Array.from(tensors, (tensor) => encodeValues(tensor))));
}

describe('state dicts and tuples of tensors', () => {
  it('are read in the order of the file', () => {
    assert.deepEqual(
      [...readStateDict(fixture('state-dict.pth'))].map(([name, { dtype }]) => [name, dtype]),
      [
        ['0.weight', 'F32'],
        ['0.bias', 'F32'],
        ['2.weight', 'F32'],
        ['2.bias', 'F32'],
        ['2.running_mean', 'F32'],
        ['2.running_var', 'F32'],
        ['2.num_batches_tracked', 'I64'],
      ],
    );
    const tuple = readTensorTuple(fixture('tuple.pth'));
    assert.deepEqual(tuple.map(({ shape }) => shape), [[4, 3], [4, 2]]); // prettier-ignore
  });

  it('may be a part of a file', () => {
    const checkpoint = readPth(fixture('checkpoint.pth'));
    assert.ok(checkpoint instanceof Map);
    const model = stateDictOf((checkpoint as ReadonlyMap<string, PthValue>).get('model') ?? null);
    assert.deepEqual(shapes(model)['0.weight'], [3, 2]);
  });

  it('are refused when the file has another structure, which the message tells', () => {
    const [dict, tuple, checkpoint] = ['state-dict.pth', 'tuple.pth', 'checkpoint.pth'].map(
      fixture,
    );
    refuses(
      () => readStateDict(tuple),
      'invalid-input',
      /state dict is wanted, not a tuple or list of 2/,
    );
    refuses(() => readTensorTuple(dict), 'invalid-input', /tuple of tensors .* not a dict of 7/);
    refuses(() => tensorTupleOf([[]]), 'invalid-input', /^\[0\]: .* not of a tuple or list of 0/);
    refuses(() => stateDictOf(new Map([[3, null]])), 'invalid-input', /^\[3\]: .* not None/);
    const hint = /^\["epoch"\]: .* not 3; .*state dicts under \["\\"model\\""\]/;
    refuses(() => readStateDict(checkpoint), 'invalid-input', hint);
    const [tensor] = readTensorTuple(tuple);
    refuses(() => stateDictOf(tensor), 'invalid-input', /not a tensor of shape \[4,3\]/);
  });
});

(hasPublished ? describe : describe.skip)("the thesis' published files", () => {
  // Checksums and shapes: PyTorch 2.13.
  it('hold the data as PyTorch reads it', () => {
    const cases = [
      ['Linear0/L-0_data.pth', [10000, 10], 2289509473, 2785303941],
      ['NonLinear0/NL-0_data.pth', [10000, 5], 831523711, 4010720930],
    ] as const;
    for (const [name, shape, inputs, outputs] of cases) {
      const [x, y, ...rest] = readTensorTuple(published(name));
      assert.deepEqual([x.dtype, x.shape, y.dtype, y.shape], ['F32', shape, 'F32', [10000, 2]]);
      assert.deepEqual([checksum([x]), checksum([y]), rest], [inputs, outputs, []]);
    }
  });

  it('hold the encoders as PyTorch reads them', () => {
    const linear = readStateDict(published('Linear0/L-0_encoder.pth'));
    assert.equal(checksum(linear.values()), 2033263282);
    assert.deepEqual(shapes(linear), {
      'encoder.0.weight': [16, 32],
      'encoder.0.bias': [16],
      'encoder.1.weight': [10, 16],
      'encoder.1.bias': [10],
      'decoder.0.weight': [16, 10],
      'decoder.0.bias': [16],
      'decoder.1.weight': [32, 16],
      'decoder.1.bias': [32],
    });
    const nonLinear = readStateDict(published('NonLinear0/NL-0_encoder.pth'));
    assert.equal(checksum(nonLinear.values()), 3198616013);
    assert.deepEqual(shapes(nonLinear), {
      'encoder.0.weight': [8, 16],
      'encoder.0.bias': [8],
      'encoder.2.weight': [5, 8],
      'encoder.2.bias': [5],
      'decoder.0.weight': [8, 5],
      'decoder.0.bias': [8],
      'decoder.2.weight': [16, 8],
      'decoder.2.bias': [16],
    });
  });

  it('hold the feature models as PyTorch reads them', () => {
    const linear = readStateDict(published('Linear0/L-0_feature_model.pth'));
    assert.equal(checksum(linear.values()), 3517920088);
    assert.deepEqual(shapes(linear), {
      'model.0.weight': [32, 32],
      'model.0.bias': [32],
      'model.1.weight': [2, 32],
      'model.1.bias': [2],
    });
    const nonLinear = readStateDict(published('NonLinear0/NL-0_feature_model.pth'));
    assert.equal(checksum(nonLinear.values()), 22338622);
    assert.deepEqual(shapes(nonLinear), {
      'model.0.weight': [12, 16],
      'model.0.bias': [12],
      'model.1.weight': [4, 12],
      'model.1.bias': [4],
      'model.3.weight': [2, 4],
      'model.3.bias': [2],
    });
  });
});
