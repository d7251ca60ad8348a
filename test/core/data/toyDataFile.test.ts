import assert from 'node:assert/strict';
import fc from 'fast-check';
import { generateToyData, type ToyData } from '../../../src/core/data/generate';
import { readToyData, toyDataParts } from '../../../src/core/data/toyDataFile';
import { typescriptEngine } from '../../../src/core/engine/typescript/typescriptEngine';
import { LabError } from '../../../src/core/errors';
import { readSafetensors } from '../../../src/core/formats/safetensors';
import { tensorOf, type Tensor } from '../../../src/core/formats/tensor';
import { UNPACED } from '../../../src/core/stop';
import { writeSafetensors } from '../formats/files';

function generated(mode: 'forward' | 'inverted'): Promise<ToyData> {
  return generateToyData(
    {
      seed: 42,
      samples: 10,
      inputDim: 2,
      outputDim: 3,
      mode,
      features: { count: 4, sparsity: 0.5, hidden: [3, 1], activation: 'relu' },
      autoencoder: { epochs: 2, batchSize: 4, learningRate: 0.01 },
      inversion: { steps: 5 },
    },
    typescriptEngine(),
    UNPACED,
  );
}

const writeToyData = (...of: Parameters<typeof toyDataParts>): Uint8Array =>
  Uint8Array.from(Buffer.concat(toyDataParts(...of)));

describe('a file of generated data', () => {
  let forward: ToyData;
  let inverted: ToyData;

  before(async () => {
    forward = await generated('forward');
    inverted = await generated('inverted');
  });

  /** The forward data's file with one thing changed. */
  function changed(
    change: (tensors: Map<string, Tensor>, metadata: Record<string, string>) => void,
    toy = forward,
  ): Uint8Array {
    const { tensors, metadata } = readSafetensors(writeToyData(toy, 'here'));
    const copies = { tensors: new Map(tensors), metadata: { ...metadata } };
    change(copies.tensors, copies.metadata);
    return writeSafetensors(copies.tensors, copies.metadata);
  }

  function refused(bytes: Uint8Array, message: string | RegExp): void {
    assert.throws(
      () => readToyData(bytes),
      (error: unknown) => {
        assert.ok(error instanceof LabError, String(error));
        if (typeof message === 'string') assert.equal(error.message, message);
        else assert.match(error.message, message);
        return true;
      },
    );
  }

  it('contains the data and its complete ground truth', () => {
    for (const toy of [forward, inverted]) {
      const bytes = writeToyData(toy, 'from a specification');
      assert.deepEqual(readToyData(bytes), { toy, origin: 'from a specification' });
      assert.deepEqual(writeToyData(readToyData(bytes).toy, 'from a specification'), bytes);
    }
  });

  it('names its tensors as documented for Python', () => {
    const shapes = [...readSafetensors(writeToyData(inverted, '')).tensors].map(
      ([name, { dtype, shape }]) => `${name} ${dtype} ${shape.join('×')}`,
    );
    assert.deepEqual(shapes, [
      'inputs F32 10×2',
      'targets F32 10×3',
      'coefficients F32 10×4',
      'feature_model.0.weight F32 3×4',
      'feature_model.0.bias F32 3',
      'feature_model.1.weight F32 1×3',
      'feature_model.1.bias F32 1',
      'feature_model.2.weight F32 3×1',
      'feature_model.2.bias F32 3',
      'encoder.0.weight F32 2×4',
      'encoder.0.bias F32 2',
      'encoder.1.weight F32 2×2',
      'encoder.1.bias F32 2',
      'decoder.0.weight F32 2×2',
      'decoder.0.bias F32 2',
      'decoder.1.weight F32 4×2',
      'decoder.1.bias F32 4',
      'autoencoder_losses F64 2',
      'seeds F32 10×4',
      'errors F32 10',
      'approximate U8 10',
    ]);
  });

  it('is refused if a tensor is missing', () => {
    const names = [...readSafetensors(writeToyData(inverted, '')).tensors.keys()];
    assert.equal(names.length, 21);
    for (const name of names) {
      refused(
        changed((tensors) => tensors.delete(name), inverted),
        /is missing|leads? from|activations, but|takes \d inputs|is a bias without a weight/,
      );
    }
  });

  it('is refused if tensors do not belong together', () => {
    const zeros = (...shape: number[]): Tensor =>
      tensorOf('F32', shape, new Float32Array(shape.reduce((a, b) => a * b)));
    const cases: [name: string, tensor: Tensor, message: string | RegExp][] = [
      ['inputs', zeros(20), 'inputs: has the shape [20], not [rows, columns] of at least 1 each'],
      ['targets', zeros(9, 3), 'targets: has 9 rows for 10 samples'],
      ['coefficients', zeros(10, 5), 'feature_model: 4-3-1-3 must lead from 5 to 3'],
      ['inputs', zeros(10, 7), 'encoder: 4-2-2 must lead from 4 to 7'],
      ['errors', zeros(11), 'errors: has 11 entries for 10 samples'],
      ['seeds', zeros(11, 4), 'seeds: has 11 rows for 10 samples'],
      [
        'inputs',
        tensorOf('F32', [10, 1], new Float32Array(10).fill(NaN)),
        'inputs: row 1, column 1 (inputs[0, 0] in Python) is NaN, not a finite number',
      ],
      ['encoder.0.weight', zeros(2, 3), /encoder: 3-2-2 must lead from 4 to 2/],
    ];
    for (const [name, tensor, message] of cases) {
      refused(
        changed((tensors) => tensors.set(name, tensor), inverted),
        message,
      );
    }
  });

  it('is refused if it does not state its kind', () => {
    for (const activations of [
      '{',
      'null',
      '{}',
      '{"encoder":["tanh"],"decoder":[],"feature_model":[]}',
    ]) {
      refused(
        changed((_, metadata) => (metadata.activations = activations)),
        '__metadata__.activations: is missing or damaged: this is not a file of generated data',
      );
    }
    refused(
      changed((_, metadata) => delete metadata.activations),
      /^__metadata__\.activations: is missing/,
    );
    const short = '{"encoder":[],"decoder":["relu"],"feature_model":["linear","relu"]}';
    refused(
      changed((_, metadata) => (metadata.activations = short)),
      'encoder: has 0 activations for 1 hidden layers',
    );
    refused(
      changed((_, metadata) => (metadata.inversion = '{"approximateShare":"all"}'), inverted),
      /^__metadata__\.inversion: is missing or damaged/,
    );
    refused(
      writeSafetensors(new Map()),
      'inputs: is missing: this is not a file of generated data',
    );
  });

  it('is either read or refused with a LabError, however it is damaged', () => {
    const bytes = writeToyData(inverted, 'here');
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), fc.nat(bytes.length), (changes, length) => {
        const damaged = bytes.slice();
        for (const [at, value] of changes) damaged[at] = value;
        for (const some of [damaged, damaged.subarray(0, length)]) {
          try {
            readToyData(some);
          } catch (error) {
            assert.ok(error instanceof LabError, String(error));
          }
        }
      }),
    );
    refused(bytes.subarray(0, -1), /take \d+ bytes, the file has/);
  });
});
