import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import {
  createExperiment,
  experimentReadme,
  experimentText,
  takenFile,
  type NewExperiment,
} from '../../../src/node/experiments/newExperiment';
import { parseSpecification } from '../../../src/core/experiment/parse';
import { SCHEMA_ID } from '../../../src/core/experiment/schemaId';
import { openExperiment } from '../../../src/node/experiments/openExperiment';
import { temporaryFolders } from '../temporaryFolder';

/** With those that mean something in JSON. */
const character = fc.constantFrom('a', ' ', '"', '\\', '\n', '[', ']', '{', '}', ',', 'ü', '😀');
const width = fc.integer({ min: 1, max: 512 });

const FIRST: NewExperiment = {
  name: 'first',
  features: 16,
  inputs: 5,
  hidden: [64, 16, 16],
  activation: 'relu',
  seeds: [42],
};

describe('a new experiment', () => {
  const temporary = temporaryFolders();

  it('is a short file: a line for each section', () => {
    const text = experimentText(FIRST);
    assert.equal(
      text,
      `{
  "$schema": "${SCHEMA_ID}",
  "name": "first",
  "seeds": [42],
  "features": { "count": 16, "activation": "relu" },
  "data": { "inputs": 5 },
  "specimen": { "hidden": [64, 16, 16], "activation": "relu" }
}
`,
    );
  });

  it('is a valid specification that says what was asked for, whatever its name', () => {
    fc.assert(
      fc.property(
        fc.record({
          name: fc.string({ unit: character, minLength: 1, maxLength: 60 }),
          features: width,
          inputs: width,
          hidden: fc.array(width, { minLength: 1, maxLength: 4 }),
          activation: fc.constantFrom('relu' as const, 'linear' as const),
          seeds: fc.uniqueArray(fc.nat(), { minLength: 1 }),
          dropoutTwin: fc.option(fc.constantFrom(0.1, 0.5), { nil: undefined }),
        }),
        (experiment) => {
          const specification = parseSpecification(experimentText(experiment), 'experiment.json');
          assert.equal(specification.name, experiment.name);
          assert.deepEqual(specification.seeds, experiment.seeds);
          assert.deepEqual(specification.specimen.hidden, experiment.hidden);
          assert.equal(specification.specimen.dropoutTwin, experiment.dropoutTwin);
          assert.equal(specification.features?.count, experiment.features);
          assert.equal(specification.features?.activation, experiment.activation);
        },
      ),
    );
  });

  it('is a folder with both, and says what it would overwrite', async () => {
    const folder = path.join(temporary.folder, 'new', 'first');
    assert.equal(await takenFile(folder), undefined);
    await createExperiment(folder, FIRST);
    assert.deepEqual((await readdir(folder)).sort(), ['README.md', 'experiment.json']);
    assert.equal((await openExperiment(folder)).specification.name, 'first');
    assert.equal(await takenFile(folder), path.join(folder, 'README.md'));
  });

  it('is refused before anything is written where it would not be valid', async () => {
    const folder = path.join(temporary.folder, 'new');
    await assert.rejects(createExperiment(folder, { ...FIRST, seeds: [1, 1] }), /seeds/);
    assert.deepEqual(await readdir(temporary.folder), []);
  });

  it('explains its fields in a README', () => {
    const readme = experimentReadme('first');
    assert.match(readme, /^# first\n/);
    for (const field of ['seeds', 'features.count', 'data.inputs', 'specimen.hidden']) {
      assert.ok(readme.includes(`\`${field}\``), field);
    }
  });
});
