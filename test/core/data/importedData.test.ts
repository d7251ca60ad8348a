import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { importData } from '../../../src/core/data/importedData';
import { importDataSet } from '../../../src/core/data/importedDataSet';
import type { NamedBytes } from '../../../src/core/data/importedFile';
import {
  importEncoder,
  importFeatureModel,
  type ImportedNetwork,
} from '../../../src/core/data/importedNetworks';
import { LabError } from '../../../src/core/errors';

const FOLDER = path.resolve(__dirname, '../../fixtures/import');

function fixture(name: string): NamedBytes {
  return { name: `${name}.pth`, bytes: readFileSync(path.join(FOLDER, `${name}.pth`)) };
}

function refused(work: () => unknown, message: string | RegExp): void {
  assert.throws(work, (error: unknown) => {
    assert.ok(error instanceof LabError, String(error));
    if (typeof message === 'string') assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });
}

describe('a PyTorch data set', () => {
  it('has inputs and targets for each sample', () => {
    const { samples, inputDim, outputDim, inputs, targets } = importDataSet(fixture('data'));
    assert.deepEqual([samples, inputDim, outputDim], [12, 3, 2]);
    assert.deepEqual([inputs.length, targets.length], [36, 24]);
    // The first normals that PyTorch draws after manual_seed(42).
    assert.deepEqual([...inputs.subarray(0, 2)], [1.9269152879714966, 1.4872840642929077]);
  });

  it('can be a list, and can contain float64', () => {
    assert.deepEqual(importDataSet(fixture('data-double')), importDataSet(fixture('data')));
  });

  it('is refused with file and position if it is something else', () => {
    const cases: [name: string, message: string | RegExp][] = [
      [
        'data-three',
        /^data-three\.pth: holds 3 tensors; expected two, inputs and targets\. In Python/,
      ],
      ['data-rows', 'data-rows.pth: has 12 inputs but 11 targets'],
      [
        'data-vector',
        /^data-vector\.pth: \[1\]: has the shape \[12\], not \[rows, columns\] of at least 1 each\. In P/,
      ],
      [
        'data-empty',
        'data-empty.pth: [0]: has the shape [0,3], not [rows, columns] of at least 1 each',
      ],
      [
        'data-nan',
        'data-nan.pth: [1]: row 8, column 2 ([1][7, 1] in Python) is NaN, not a finite number',
      ],
      ['encoder', /^encoder\.pth: expected a tuple of tensors, not/],
    ];
    for (const [name, message] of cases) refused(() => importDataSet(fixture(name)), message);
    const text = { name: 'notes.pth', bytes: new TextEncoder().encode('not a file of PyTorch') };
    refused(() => importDataSet(text), /^notes\.pth: /);
    const { name, bytes } = fixture('data');
    for (const length of [0, 10, bytes.length >> 1, bytes.length - 1]) {
      refused(() => importDataSet({ name, bytes: bytes.subarray(0, length) }), /^data\.pth: /);
    }
  });
});

function encoderOf(name: string, activation: 'relu' | 'linear' = 'relu'): ImportedNetwork {
  return importEncoder(fixture(name), { activation, inputDim: 3, data: 'data.pth' });
}

describe('a PyTorch encoder', () => {
  it('is the first half of an autoencoder, with the stated activation', () => {
    for (const activation of ['relu', 'linear'] as const) {
      const { network: encoder } = encoderOf('encoder', activation);
      assert.deepEqual(encoder.layout, { widths: [6, 4, 3], activations: [activation] });
      assert.equal(encoder.parameters.length, 6 * 4 + 4 + 4 * 3 + 3);
    }
  });

  it('reveals in the gaps of its values whether it has activations', () => {
    assert.equal(encoderOf('encoder').hasActivations, true);
    assert.equal(encoderOf('encoder-linear').hasActivations, false);
    assert.equal(encoderOf('encoder-shallow').hasActivations, false);
  });

  it('is refused with file and tensor if it is not an encoder', () => {
    const cases: [name: string, message: string | RegExp][] = [
      [
        'encoder-unchained',
        'encoder-unchained.pth: encoder.2.weight: has 5 inputs, but the layer before has 4 outputs',
      ],
      [
        'decoder',
        /^decoder\.pth: has no Linear layers named encoder\.N\.weight; it has "decoder\.0\.weight"/,
      ],
      ['data', /^data\.pth: expected a state dict, not/],
    ];
    for (const [name, message] of cases) refused(() => encoderOf(name), message);
  });
});

describe('a PyTorch feature model', () => {
  it('has no activation after its first layer', () => {
    const { network } = importFeatureModel(fixture('feature_model'), 'relu', {
      features: 6,
      outputs: 2,
    });
    assert.deepEqual(network.layout, { widths: [6, 4, 2, 2], activations: ['linear', 'relu'] });
  });
});

describe('the files of a PyTorch experiment', () => {
  const files = { data: fixture('data'), encoder: fixture('encoder') };

  it('are read together', () => {
    const whole = importData({ ...files, featureModel: fixture('feature_model') }, 'relu');
    assert.deepEqual(whole.data, importDataSet(files.data));
    assert.deepEqual(whole.encoder, encoderOf('encoder').network);
    assert.equal(whole.hasActivations, true);
    assert.deepEqual(whole.notes, []);
    assert.deepEqual(importData(files, 'relu'), whole);
  });

  it('are refused if the encoder has other outputs than the data has inputs', () => {
    refused(
      () => importData({ ...files, encoder: fixture('encoder-wide') }, 'relu'),
      'encoder-wide.pth: has 5 outputs, but the samples of data.pth have 3 inputs',
    );
  });

  it('cause a note if the feature model belongs to another experiment, even with as many features', () => {
    const { notes } = importData(
      { ...files, featureModel: fixture('feature_model-other') },
      'relu',
    );
    assert.deepEqual(notes, [
      'the feature model feature_model-other.pth (12-6-2: 12 inputs, 6 features, 2 outputs) does not belong to this data of 6 features and 2 outputs; training and measuring do not need it',
    ]);
  });

  it('are refused if the file is not a feature model', () => {
    refused(
      () => importData({ ...files, featureModel: fixture('encoder') }, 'relu'),
      /^encoder\.pth: has no Linear layers named model\.N\.weight/,
    );
  });
});
