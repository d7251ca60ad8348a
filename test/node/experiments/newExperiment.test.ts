import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import {
  checkNewExperiment,
  createExperiment,
  experimentReadme,
  experimentText,
  takenFile,
  type NewExperiment,
} from '../../../src/node/experiments/newExperiment';
import { PRESETS } from '../../../src/node/experiments/presets';
import { armsOf } from '../../../src/core/experiment/arms';
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
          preset: fc.constantFrom(undefined, ...PRESETS),
          dropoutTwin: fc.option(fc.constantFrom(0.1, 0.5), { nil: undefined }),
        }),
        (experiment) => {
          const hasArms = experiment.preset !== undefined && experiment.preset !== 'thesis';
          const specification = parseSpecification(experimentText(experiment), 'experiment.json');
          assert.equal(specification.name, experiment.name);
          assert.deepEqual(specification.seeds, experiment.seeds);
          assert.deepEqual(specification.specimen.hidden, experiment.hidden);
          const dropouts = [...armsOf(specification).values()].map(
            ({ training }) => training.dropout,
          );
          assert.equal(Math.max(...dropouts.map((p) => p ?? 0)), experiment.dropoutTwin ?? 0);
          assert.equal(specification.arms !== undefined, hasArms);
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
    const readme = experimentReadme(FIRST);
    assert.match(readme, /^# first\n/);
    for (const field of ['seeds', 'features.count', 'data.inputs', 'specimen.hidden']) {
      assert.ok(readme.includes(`\`${field}\``), field);
    }
  });

  it('compares pruning with its controls, or lottery tickets with theirs', () => {
    const armsFor = (preset: NewExperiment['preset'], dropoutTwin?: number) => {
      const text = experimentText({ ...FIRST, preset, dropoutTwin });
      const specification = parseSpecification(text, 'experiment.json');
      assert.deepEqual(specification.attribution.probes, ['distribution', 'one-hot']);
      assert.match(text, /^ {4}\{ "name": "control" \},$/m, 'a line for each arm');
      return armsOf(specification);
    };
    const controls = armsFor('controls');
    assert.deepEqual(
      [...controls.keys()],
      ['control', 'magnitude', 'random', 'scratch', 'inverse', 'taylor', 'weights'],
    );
    for (const name of ['random', 'scratch']) {
      assert.equal(controls.get(name)?.pruning?.widthsOf, 'magnitude');
    }
    const tickets = armsFor('ticket', 0.5);
    assert.deepEqual(
      [...tickets.keys()],
      ['control', 'ticket', 'imp', 'random', 'dropout', 'dropout-ticket'],
    );
    for (const name of ['ticket', 'imp', 'random', 'dropout-ticket']) {
      assert.equal(tickets.get(name)?.pruning?.rewind, 0);
    }
    assert.equal(tickets.get('imp')?.pruning?.schedule?.shares, 'geometric');
  });

  it('explains every arm in a README', () => {
    for (const preset of PRESETS) {
      const experiment = { ...FIRST, preset, dropoutTwin: 0.5 };
      const readme = experimentReadme(experiment);
      const { arms = [] } = parseSpecification(experimentText(experiment), 'experiment.json');
      for (const { name } of arms) {
        assert.match(readme, new RegExp(`^\\| \`${name}\` \\| \\S+ .*\\|$`, 'm'), name);
      }
      assert.doesNotMatch(readme, /WIDTHS|undefined/);
    }
  });

  it('is refused where this machine has too little memory, with what it would take', () => {
    const machine = { memory: 1e9, freeMemory: 1e9 };
    checkNewExperiment(FIRST, machine);
    for (const preset of PRESETS) {
      assert.throws(
        () => checkNewExperiment({ ...FIRST, preset, hidden: [9000, 9000] }, machine),
        /this takes about \d+(\.\d+)? GB of memory, but this machine has 1 GB.*Make .*specimen\.hidden/,
      );
    }
    assert.throws(
      () => checkNewExperiment({ ...FIRST, hidden: [20_000, 20_000] }, machine),
      /a specimen of \d+ parameters would take 1\.6\d* GB of memory; the limit/,
    );
  });

  it('is refused where its metrics would be too large to be read', () => {
    const seeds = Array.from({ length: 3000 }, (_, i) => i);
    const machine = { memory: 1e12, freeMemory: 1e12 };
    assert.throws(
      () => checkNewExperiment({ ...FIRST, preset: 'controls', seeds }, machine),
      /in metrics\.jsonl/,
    );
  });
});
