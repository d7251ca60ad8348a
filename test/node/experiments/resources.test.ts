import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LabError } from '../../../src/core/errors';
import { parseSpecification } from '../../../src/core/experiment/parse';
import type { Specification } from '../../../src/core/experiment/specification';
import { executeRun } from '../../../src/node/compute/execute';
import { openExperiment } from '../../../src/node/experiments/openExperiment';
import { generateExperimentData } from '../../../src/node/compute/data/generateData';
import { checkNewExperiment } from '../../../src/node/experiments/newExperiment';
import { requireMemory, requireResources } from '../../../src/node/experiments/resources';
import { temporaryFolders } from '../temporaryFolder';

const EXAMPLES = path.resolve(__dirname, '../../../examples');
/** A small computer with half of its memory in use. */
const SMALL = { memory: 2e9, freeMemory: 1e9 };

const of = (changes: object): Specification =>
  parseSpecification(
    JSON.stringify({
      name: 'x',
      features: { count: 16 },
      data: { inputs: 5 },
      specimen: { hidden: [64, 16, 16] },
      ...changes,
    }),
    'experiment.json',
  );

const HUGE = {
  features: { count: 10_000 },
  data: { inputs: 10_000, outputs: 10_000, samples: 10_000 },
  specimen: { hidden: [5000, 1000] },
};

function refusal(pattern: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof LabError && error.kind === 'unsupported', String(error));
    assert.match(error.message, pattern);
    return true;
  };
}

describe('resources for a run', () => {
  const space = temporaryFolders();

  it('suffice for every example on a small computer', () => {
    const files = readdirSync(EXAMPLES)
      .map((name) => path.join(EXAMPLES, name, 'experiment.json'))
      .filter((file) => existsSync(file));
    assert.ok(files.length >= 6);
    for (const file of files) {
      const specification = parseSpecification(readFileSync(file, 'utf8'), file);
      requireMemory(specification, { workers: 4 }, SMALL);
      // What the largest of them measure is known once they are imported.
      const shape = { samples: 10_000, features: 256, inputs: 64, outputs: 2 };
      requireMemory(specification, { workers: 4, shape }, SMALL);
    }
  });

  it('is refused with the figures and what to make smaller', () => {
    assert.throws(
      () => requireMemory(of(HUGE), { workers: 2 }, { memory: 2e9, freeMemory: 1.5e9 }),
      refusal(
        /^specimen\.hidden: this takes about [\d.]+ GB of memory, but this machine has 2 GB, of which 1\.5 GB are free now\. Most of it: [\d.]+ GB for attribution matrices of 6000 × 10000, in each of 2 threads; [\d.]+ GB for a specimen .*; 2\.4\d? GB for 10000 samples.*\. Make specimen\.hidden or features\.count smaller$/,
      ),
    );
    const seeds = Array.from({ length: 10_000 }, (_, i) => i);
    const long = { training: { epochs: 150 }, pruning: { retraining: { epochs: 150 } } };
    assert.throws(
      () => requireMemory(of({ seeds, ...long }), { workers: 2 }, SMALL),
      refusal(
        /^seeds: this takes about [\d.]+ GB of memory, but this machine has 2 GB, of which 1 GB are free now\. Most of it: [\d.]+ GB for 140000 legs with 21140000 measured checkpoints/,
      ),
    );
  });

  it('are insufficient if the metrics would be too large to read', async () => {
    const seeds = Array.from({ length: 10_000 }, (_, i) => i);
    const many = of({ seeds, training: { epochs: 200 }, pruning: { ratios: [0.5] } });
    await assert.rejects(
      requireResources(many, { folder: space.folder, workers: 1 }),
      refusal(
        /^seeds: this takes about [\d.]+ GB in metrics\.jsonl, but of a table of metrics, at most 2\.15 GB are read\. Most of it: [\d.]+ GB for \d+ rows of metrics\. Make seeds, .* smaller$/,
      ),
    );
    await requireResources(many, { folder: space.folder, workers: 1, dataOnly: true });
  });

  it('is refused before anything is made, for a run and for data', async () => {
    const folder = path.join(space.folder, 'huge');
    mkdirSync(folder);
    writeFileSync(
      path.join(folder, 'experiment.json'),
      JSON.stringify({ name: 'huge', ...HUGE, keep: { attributions: 'epochs' } }),
    );
    const experiment = await openExperiment(folder);
    const opened = {
      ...experiment,
      specification: of({ ...HUGE, data: { ...HUGE.data, autoencoder: { batchSize: 10_000 } } }),
    };
    for (const work of [executeRun(opened, { engine: 'auto' }), generateExperimentData(opened)]) {
      const before = performance.now();
      await assert.rejects(work.next(), refusal(/experiment\.json: .*this takes about/));
      assert.ok(performance.now() - before < 1000);
    }
    assert.deepEqual(readdirSync(folder), ['experiment.json']);
  });

  it('is asked for where the numbers of a new experiment are given', () => {
    const fine = {
      name: 'x',
      features: 16,
      inputs: 5,
      hidden: [64, 16, 16],
      activation: 'relu',
      seeds: [42],
    } as const;
    checkNewExperiment(fine);
    assert.throws(() => checkNewExperiment({ ...fine, features: 100_000 }), /at most 10000/);
    assert.throws(
      () => checkNewExperiment({ ...fine, features: 10_000, hidden: [9000, 1000] }, SMALL),
      refusal(
        /GB of memory, but this machine has 2 GB.* GB for attribution matrices of 10000 × 10000/,
      ),
    );
  });
});
