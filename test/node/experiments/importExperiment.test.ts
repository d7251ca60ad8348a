import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { LabError } from '../../../src/core/errors';
import { SCHEMA_ID } from '../../../src/core/experiment/schemaId';
import { THESIS_RATIOS } from '../../../src/core/experiment/treatmentFields';
import { EXPERIMENT_FILE } from '../../../src/node/runStore/paths';
import { openExperiment } from '../../../src/node/experiments/openExperiment';
import {
  importExperiment,
  parseEncoderActivation,
  type ImportOptions,
} from '../../../src/node/experiments/importExperiment';
import { temporaryFolders } from '../temporaryFolder';

const FIXTURES = path.resolve(__dirname, '../../fixtures/import');

function fixture(name: string): string {
  return path.join(FIXTURES, `${name}.pth`);
}

describe('importing a PyTorch experiment', () => {
  const space = temporaryFolders();
  const out = (): string => path.join(space.folder, 'Größe 0');

  function options(changes: Partial<ImportOptions> = {}): ImportOptions {
    return {
      data: fixture('data'),
      encoder: fixture('encoder'),
      hidden: [8, 4],
      activation: 'relu',
      out: out(),
      ...changes,
    };
  }

  async function failure(changes: Partial<ImportOptions>): Promise<LabError> {
    const before = readdirSync(space.folder, { recursive: true });
    try {
      await importExperiment(options(changes));
    } catch (error) {
      assert.ok(error instanceof LabError, String(error));
      assert.deepEqual(readdirSync(space.folder, { recursive: true }), before);
      return error;
    }
    return assert.fail('it was imported');
  }

  it('makes a folder with the files and a specification, and nothing else', async () => {
    const imported = await importExperiment(options({ featureModel: fixture('feature_model') }));
    assert.deepEqual(imported, {
      folder: out(),
      notes: [
        '12 samples of 3 inputs and 2 outputs; encoder 6-4-3, relu (assumed)',
        'assumed: relu between encoder layers; a state dict does not hold it, and the numbers of its layers leave room for it. State it with --encoder-activation, or as data.activation in experiment.json',
      ],
    });
    assert.deepEqual(readdirSync(space.folder), ['Größe 0']);
    assert.deepEqual(readdirSync(out()).sort(), [
      'data.pth',
      'encoder.pth',
      EXPERIMENT_FILE,
      'feature_model.pth',
    ]);
    for (const name of ['data', 'encoder', 'feature_model']) {
      assert.deepEqual(readFileSync(path.join(out(), `${name}.pth`)), readFileSync(fixture(name)));
    }
  });

  it('writes the protocol of the thesis', async () => {
    await importExperiment(options({ dropoutTwin: true, featureModel: fixture('feature_model') }));
    const text = readFileSync(path.join(out(), EXPERIMENT_FILE), 'utf8');
    assert.deepEqual(JSON.parse(text), {
      $schema: SCHEMA_ID,
      name: 'Größe 0',
      description: 'Imported from PyTorch, with the protocol of the thesis.',
      seeds: [42],
      streams: 'torch',
      data: {
        source: 'imported',
        data: 'data.pth',
        encoder: 'encoder.pth',
        featureModel: 'feature_model.pth',
        activation: 'relu',
      },
      specimen: { hidden: [8, 4], activation: 'relu', dropoutTwin: 0.5 },
      training: { learningRate: 0.001, epochs: 50, batchSize: 64, trainShare: 0.7 },
      attribution: { method: 'integrated-gradients', rule: 'riemann_right', steps: 50 },
      pruning: {
        method: 'thesis',
        ratios: THESIS_RATIOS,
        retraining: { epochs: 50, learningRate: 0.01 },
      },
      measures: { compatibility: 'thesis' },
    });
    assert.deepEqual(
      THESIS_RATIOS,
      [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6],
    );
    const { specification } = await openExperiment(out());
    const { epsilon, beta1, beta2 } = specification.training;
    assert.deepEqual([beta1, beta2, epsilon], [0.9, 0.999, 1e-8]);
  });

  it('attributes linear networks by the plain gradient, as the thesis did', async () => {
    const { notes } = await importExperiment(
      options({ encoder: fixture('encoder-linear'), activation: 'linear', name: 'L' }),
    );
    const { specification } = await openExperiment(out());
    assert.equal(specification.name, 'L');
    assert.equal(specification.attribution.method, 'gradient');
    assert.deepEqual(specification.specimen, { hidden: [8, 4], activation: 'linear' });
    assert.deepEqual(specification.data, {
      source: 'imported',
      data: 'data.pth',
      encoder: 'encoder.pth',
      activation: 'linear',
    });
    assert.match(notes[0], /encoder 6-4-3, linear/);
  });

  it('takes the encoder as its file shows it, whatever the specimen is', async () => {
    await importExperiment(options({ activation: 'linear' }));
    const { specification } = await openExperiment(out());
    assert.ok(specification.data.source === 'imported');
    assert.deepEqual(
      [specification.data.activation, specification.specimen.activation],
      ['relu', 'linear'],
    );
  });

  it('notes a feature model of another experiment, and keeps it', async () => {
    const { notes } = await importExperiment(
      options({ featureModel: fixture('feature_model-other') }),
    );
    assert.equal(notes.length, 3);
    assert.match(
      notes[2],
      /feature_model-other\.pth \(12-6-2: 12 inputs, .* does not belong to this data/,
    );
    assert.ok(existsSync(path.join(out(), 'feature_model.pth')));
  });

  it('finds files by relative paths, and makes the folders that its own is in', async () => {
    const relative = (file: string): string => path.relative(process.cwd(), file);
    const deep = path.join(space.folder, 'a', 'b', 'c');
    const { folder } = await importExperiment(
      options({
        data: relative(fixture('data')),
        encoder: relative(fixture('encoder')),
        out: `${relative(deep)}${path.sep}`,
      }),
    );
    assert.equal(folder, deep);
    assert.equal((await openExperiment(deep)).specification.name, 'c');
  });

  it('fills an existing empty folder', async () => {
    mkdirSync(out());
    await importExperiment(options());
    assert.ok(existsSync(path.join(out(), EXPERIMENT_FILE)));
  });

  it('refuses a folder with something in it, and leaves it alone', async () => {
    await importExperiment(options());
    const again = await failure({});
    assert.equal(again.message, `${out()}: an experiment is there already; choose another folder`);
    assert.equal(again.kind, 'invalid-input');
    const full = path.join(space.folder, 'full');
    mkdirSync(full);
    writeFileSync(path.join(full, 'data.pth'), 'mine');
    assert.match((await failure({ out: full })).message, /something is there already/);
    assert.equal(readFileSync(path.join(full, 'data.pth'), 'utf8'), 'mine');
  });

  it('refuses a path that is not a folder', async () => {
    const file = path.join(space.folder, 'file');
    writeFileSync(file, '');
    for (const place of [file, path.join(file, 'inside')]) {
      const { kind, message } = await failure({ out: place });
      assert.equal(kind, 'storage');
      assert.equal(
        message,
        `${place}: cannot make the folder: a part of the path is a file, not a folder`,
      );
    }
  });

  it('refuses files that are missing or something else, and makes nothing', async () => {
    const missing = path.join(space.folder, 'missing.pth');
    const cases: [Partial<ImportOptions>, string][] = [
      [{ data: missing }, `${missing}: cannot read the file: there is no such file or folder`],
      [
        { encoder: FIXTURES },
        `${FIXTURES}: is a folder, not a file. Choose a file in it, such as "data-double.pth"`,
      ],
      [{ data: fixture('data-rows') }, `${fixture('data-rows')}: has 12 inputs but 11 targets`],
      [
        { data: fixture('data-nan') },
        `${fixture('data-nan')}: [1]: row 8, column 2 ([1][7, 1] in Python) is NaN, not a finite number`,
      ],
      [
        { encoder: fixture('encoder-wide') },
        `${fixture('encoder-wide')}: has 5 outputs, but the samples of ${fixture('data')} have 3 inputs`,
      ],
    ];
    for (const [changes, message] of cases) assert.equal((await failure(changes)).message, message);
    assert.match(
      (await failure({ data: fixture('encoder') })).message,
      /expected a tuple of tensors/,
    );
    assert.match(
      (await failure({ featureModel: fixture('data') })).message,
      /expected a state dict/,
    );
    assert.match((await failure({ data: path.join(FIXTURES, 'make.py') })).message, /make\.py: /);
  });

  it('uses the stated activation of the encoder, and says what contradicts it', async () => {
    const { notes } = await importExperiment(options({ encoderActivation: 'relu' }));
    assert.deepEqual(notes, ['12 samples of 3 inputs and 2 outputs; encoder 6-4-3, relu']);
    const other = path.join(space.folder, 'other');
    const linear = await importExperiment(options({ encoderActivation: 'linear', out: other }));
    assert.match(linear.notes[1], /leave room for activations, but linear was stated/);
    const { specification } = await openExperiment(other);
    assert.ok(specification.data.source === 'imported');
    assert.equal(specification.data.activation, 'linear');
    for (const text of ['tanh', 'GELU', 'Sigmoid']) {
      assert.throws(() => parseEncoderActivation(text), new RegExp(`"${text}" is not supported`));
    }
    assert.throws(() => parseEncoderActivation('rleu'), /"rleu" is not allowed; expected relu or/);
  });

  it('refuses what the specification does not allow, and makes nothing', async () => {
    assert.match((await failure({ hidden: [] })).message, /specimen\.hidden: \[\] is not allowed/);
    assert.match(
      (await failure({ hidden: [8, 0] })).message,
      /specimen\.hidden\[1\]: 0 is not allowed/,
    );
    assert.match((await failure({ name: '' })).message, /name: "" is not allowed/);
  });

  it('leaves nothing behind when its last step fails', async () => {
    // Free as far as can be seen, but no folder can take its name.
    symlinkSync('nowhere', out());
    const { kind, message } = await failure({});
    assert.equal(kind, 'storage');
    assert.match(message, /Größe 0: cannot make the folder: /);
    assert.deepEqual(readdirSync(space.folder), ['Größe 0']);
  });
});
