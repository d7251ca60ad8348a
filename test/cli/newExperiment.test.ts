import assert from 'node:assert/strict';
import fc from 'fast-check';
import { shellWord } from '../../src/cli/cli';
import { experimentReadme, experimentText } from '../../src/cli/newExperiment';
import { parseSpecification } from '../../src/core/experiment/parse';
import { SCHEMA_ID } from '../../src/core/experiment/specification';

/** With those that mean something in JSON. */
const character = fc.constantFrom('a', ' ', '"', '\\', '\n', '[', ']', '{', '}', ',', 'ü', '😀');
const width = fc.integer({ min: 1, max: 512 });

describe('a new experiment', () => {
  it('is a short file: a line for each section', () => {
    const text = experimentText({
      name: 'first',
      features: 16,
      inputs: 5,
      hidden: [64, 16, 16],
      activation: 'relu',
      seeds: [42],
    });
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
        }),
        (experiment) => {
          const specification = parseSpecification(experimentText(experiment), 'experiment.json');
          assert.equal(specification.name, experiment.name);
          assert.deepEqual(specification.seeds, experiment.seeds);
          assert.deepEqual(specification.specimen.hidden, experiment.hidden);
          assert.equal(specification.features?.count, experiment.features);
          assert.equal(specification.features?.activation, experiment.activation);
        },
      ),
    );
  });

  it('explains its fields in a README', () => {
    const readme = experimentReadme('first');
    assert.match(readme, /^# first\n/);
    for (const field of ['seeds', 'features.count', 'data.inputs', 'specimen.hidden']) {
      assert.ok(readme.includes(`\`${field}\``), field);
    }
  });
});

describe('a word for the shell', () => {
  it('is quoted only where it must be', () => {
    assert.equal(shellWord('runs/first-1'), 'runs/first-1');
    assert.equal(shellWord('my experiment'), "'my experiment'");
    assert.equal(shellWord("it's"), "'it'\\''s'");
  });
});
