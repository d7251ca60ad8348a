import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../../../../src/core/errors';
import { Stopped } from '../../../../src/core/stop';
import { CheckpointAttribution } from '../../../../src/node/compute/engineServer/attributeCheckpoint';
import { executeRun } from '../../../../src/node/compute/execute';
import { openExperiment } from '../../../../src/node/experiments/openExperiment';
import { generateExperimentData } from '../../../../src/node/compute/data/generateData';
import { readRun } from '../../../../src/node/runStore/readRun';
import { temporaryFolders } from '../../temporaryFolder';

const TINY = {
  name: 'Tiny',
  features: { count: 5 },
  data: { samples: 60, inputs: 3, autoencoder: { epochs: 2 } },
  specimen: { hidden: [6, 4] },
  training: { epochs: 2 },
  pruning: { ratios: [0.5], retraining: { epochs: 1 } },
  measures: { nullNeurons: 28 },
};
const PRUNED = '42-dense-0.5/retraining/1';

describe('the matrix of a kept specimen, with other rows', () => {
  const temporary = temporaryFolders();

  const write = (specification: object): Promise<void> =>
    writeFile(path.join(temporary.folder, 'experiment.json'), JSON.stringify(specification));

  async function runOf(specification: object): Promise<string> {
    await mkdir(temporary.folder, { recursive: true });
    await write(specification);
    let run = '';
    const events = executeRun(await openExperiment(temporary.folder), {
      engine: 'simd',
      workers: 1,
      onRunFolder: (folder) => (run = folder),
    });
    for await (const event of events) void event;
    return run;
  }

  it('is the kept one with the rows of the run, and rectified after the activation', async () => {
    const run = await runOf(TINY);
    const attribution = new CheckpointAttribution();
    const kept = await (await readRun(run)).attribution(PRUNED);
    const same = await attribution.of({ run, checkpoint: PRUNED, rows: 'pre-activation' });
    assert.deepEqual(Array.from(same.values), Array.from(kept.values));
    assert.deepEqual(Array.from(same.units), Array.from(kept.units));
    const { values, neurons, features } = await attribution.of({
      run,
      checkpoint: PRUNED,
      rows: 'post-activation',
    });
    assert.deepEqual([neurons, features, values.length], [5, 5, 25]);
    // A rectifier never widens a difference.
    values.forEach((value, i) => assert.ok(Math.abs(value) <= Math.abs(same.values[i]) + 1e-6));
  });

  it('has the completeness error that was computed for its own rows', async () => {
    const attribution = { method: 'integrated-gradients', rule: 'riemann_right', steps: 3 };
    const run = await runOf({ ...TINY, attribution });
    const computed = new CheckpointAttribution();
    const kept = await (await readRun(run)).attribution(PRUNED);
    const same = await computed.of({ run, checkpoint: PRUNED, rows: 'pre-activation' });
    assert.ok(same.completenessError > 0);
    assert.equal(same.completenessError, kept.completenessError);
    const post = await computed.of({ run, checkpoint: PRUNED, rows: 'post-activation' });
    assert.ok(post.completenessError > 0);
  });

  it("is that of the run's own data, and leaves newer data as it is", async () => {
    const run = await runOf(TINY);
    const of = { run, checkpoint: PRUNED, rows: 'post-activation' } as const;
    const before = await new CheckpointAttribution().of(of);
    await write({ ...TINY, data: { ...TINY.data, samples: 70, seed: 5 } });
    const work = generateExperimentData(await openExperiment(temporary.folder));
    let next = await work.next();
    while (!next.done) next = await work.next();
    const newer = await readFile(next.value.file);
    assert.deepEqual(await new CheckpointAttribution().of(of), before);
    assert.deepEqual(await readFile(next.value.file), newer);
    await rm(next.value.file);
    await assert.rejects(new CheckpointAttribution().of(of, AbortSignal.abort()), Stopped);
  });

  it('says which specimen is not kept', async () => {
    const run = await runOf({ ...TINY, keep: { specimens: 'none' } });
    const of = { run, checkpoint: PRUNED, rows: 'post-activation' } as const;
    await assert.rejects(new CheckpointAttribution().of(of), (error) => {
      assert.ok(error instanceof LabError);
      assert.equal(error.place.field, PRUNED);
      assert.match(error.message, /keep\.specimens is "none"/);
      return true;
    });
  });
});
