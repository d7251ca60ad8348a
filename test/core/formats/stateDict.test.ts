import assert from 'node:assert/strict';
import { crc32 } from '../../../src/core/formats/crc32';
import { PthFile } from '../../../src/core/formats/pth';
import { partOf, stateDictsIn, type StateDict } from '../../../src/core/formats/stateDict';
import { encodeValues, type Tensor } from '../../../src/core/formats/tensor';
import { fixture, hasPublished, published } from './files';
import { readPth } from './pthFiles';

function shapes(tensors: ReadonlyMap<string, Tensor>): Record<string, readonly number[]> {
  return Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]));
}

/** Checksum of the raw values, one tensor after the other. */
function checksum(tensors: Iterable<Tensor>): number {
  return crc32(Buffer.concat(Array.from(tensors, (tensor) => encodeValues(tensor))));
}

function open(bytes: Uint8Array): PthFile {
  return new PthFile(bytes, { file: 'file.pth', holds: 'parameters' });
}

function readStateDict(bytes: Uint8Array): Map<string, Tensor> {
  return readPth(bytes) as Map<string, Tensor>;
}

function readTensorTuple(bytes: Uint8Array): Tensor[] {
  return readPth(bytes) as Tensor[];
}

describe('state dicts', () => {
  it('are found wherever they lie, with what lies beside them', () => {
    const { root } = open(fixture('checkpoint.pth'));
    const [found, ...more] = stateDictsIn(root);
    assert.deepEqual(more, []);
    assert.deepEqual(found.path, ['model']);
    assert.equal(found.parameters[0].name, '0.weight');
    assert.equal(found.leftOut()[0], 'epoch');
    assert.ok(found.leftOut().includes('optimizer'));
    assert.deepEqual(stateDictsIn(open(fixture('state-dict.pth')).root)[0].path, []);
    assert.deepEqual(stateDictsIn(open(fixture('tuple.pth')).root), []);
  });

  it('end in bounded time where containers lie in one another again and again', () => {
    const inner = new Map(Array.from({ length: 2000 }, (_, i) => [`a.weight${i}`, i]));
    const outer = new Map<string, unknown>(
      Array.from({ length: 2000 }, (_, i) => [`k${i}`, new Map([['encoder', inner]])]),
    );
    assert.throws(() => stateDictsIn(outer), /more than 1048576 items/);
    const own = new Map<string, unknown>();
    own.set('own', own);
    assert.deepEqual(stateDictsIn(own), []);
  });

  it('have parts by their names, whatever stands before them', () => {
    const dict = (names: readonly string[]): StateDict => ({
      path: [],
      parameters: names.map((name) => ({ name, value: null, path: [name] })),
      leftOut: () => [],
    });
    const part = (...names: readonly string[]): unknown => {
      const found = partOf(dict(names), 'encoder');
      return found && [found.stripped, [...found.parameters.keys()]];
    };
    assert.deepEqual(part('encoder.0.weight', 'decoder.0.weight'), ['', ['0.weight']]);
    assert.deepEqual(part('module.encoder.module.0.weight'), ['module.', ['0.weight']]);
    assert.deepEqual(part('encoder.encoder.0.weight'), ['', ['encoder.0.weight']]);
    assert.equal(part('0.weight', 'my_encoder.0.weight', 'encoder'), undefined);
    assert.throws(() => part('a.encoder.0.weight', 'b.encoder.0.weight'), /several networks/);
    assert.throws(() => part('encoder.0.weight', 'encoder.module.0.weight'), /is the same as/);
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
