import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { flattenRow, type MetricsRow } from '../../../src/core/experiment/metricsRow';
import { readingsOf } from '../../../src/core/experiment/readings';
import { measureMatrix } from '../../../src/core/measures/measure';
import { computedMatrix } from '../../../src/core/attribution/matrix';
import { CheckpointAttribution } from '../../../src/node/compute/engineServer/attributeCheckpoint';
import { executeRun } from '../../../src/node/compute/execute';
import { openExperiment } from '../../../src/node/experiments/openExperiment';
import { MatrixReader } from '../../../src/node/runStore/matrixReader';
import { readRun } from '../../../src/node/runStore/readRun';
import { temporaryFolders } from '../temporaryFolder';

const EXPERIMENT = {
  name: 'Probed',
  seeds: [1, 2],
  features: { count: 5 },
  data: { samples: 80, inputs: 3, autoencoder: { epochs: 2 } },
  specimen: { hidden: [6, 4] },
  training: { epochs: 2 },
  attribution: {
    probes: ['distribution', 'one-hot', { probe: 'scaled', baseline: 'mean' }],
    rows: ['post-activation', 'pre-activation'],
  },
  pruning: { ratios: [0.5], retraining: { epochs: 1 } },
  measures: { nullNeurons: 28 },
};
const PRUNED = '1-dense-0.5/retraining/1';

describe('a stored run with several readings', () => {
  const temporary = temporaryFolders();

  async function execute(
    specification: object,
    workers: number,
    limit = Infinity,
  ): Promise<string> {
    const folder = path.join(temporary.folder, String(workers));
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'experiment.json'), JSON.stringify(specification));
    let run = '';
    let legs = 0;
    const events = executeRun(await openExperiment(folder), {
      engine: 'simd',
      workers,
      onRunFolder: (place) => (run = place),
    });
    for await (const { type } of events) if (type === 'leg-finished' && ++legs === limit) break;
    return run;
  }

  it('has a matrix for each, by its key, that its columns were measured from', async () => {
    const run = await readRun(await execute(EXPERIMENT, 1));
    const readings = readingsOf(run.header.specification);
    assert.equal(readings.length, 6);
    const rows = await run.rows();
    const checkpoints = await run.checkpoints();
    assert.equal(checkpoints.length, 2 * 4);
    for (const { name, leg, epoch } of checkpoints) {
      const row = rows.find(
        (one) => one.seed === leg.seed && one.requested === leg.requested && one.epoch === epoch,
      ) as MetricsRow;
      for (const { key, rows: kind, probe } of readings) {
        const matrix = await run.attribution(name, key);
        assert.equal(matrix.rows, kind);
        assert.equal(matrix.signed !== undefined, probe === 'distribution');
        matrix.signed?.forEach((x, i) => assert.ok(Math.abs(x) <= matrix.values[i] * (1 + 1e-6)));
        const { relative } = measureMatrix(computedMatrix(matrix));
        const own = key === 'distribution' ? row.measures : row.readings?.[key].measures;
        const { mean } = own?.relative ?? assert.fail(key);
        // Stored values are rounded to float32.
        if (mean === null) assert.equal(relative.net.count, 0, key);
        else assert.ok(Math.abs(relative.net.mean - mean) < 1e-4, `${key} ${mean}`);
      }
    }
    assert.deepEqual(await run.attribution(PRUNED), await run.attribution(PRUNED, 'distribution'));
    const reader = new MatrixReader(run.folder);
    assert.deepEqual(
      await reader.matrix(PRUNED, 'scaled-mean.pre-activation'),
      await run.attribution(PRUNED, 'scaled-mean.pre-activation'),
    );
    await assert.rejects(
      run.attribution(PRUNED, 'scaled'),
      /"scaled" is not allowed.*scaled-mean/s,
    );
  });

  it('has nulls for each', async () => {
    const { header } = await readRun(await execute(EXPERIMENT, 1));
    const [, ...others] = readingsOf(header.specification).map(({ key }) => key);
    assert.deepEqual(Object.keys(header.null?.readings ?? {}), others);
  });

  it('has the same rows from several workers, and from a run that was stopped and resumed', async () => {
    const flat = async (run: string): Promise<string[]> =>
      (await (await readRun(run)).rows()).map((row) => JSON.stringify(flattenRow(row)));
    const alone = await flat(await execute(EXPERIMENT, 1));
    const stopped = await execute(EXPERIMENT, 2, 2);
    const resumed = await execute(EXPERIMENT, 2);
    assert.equal(resumed, stopped);
    assert.deepEqual(await flat(resumed), alone);
  });

  it('computes the rows of any reading from kept weights', async () => {
    const folder = await execute(EXPERIMENT, 1);
    const run = await readRun(folder);
    const computed = new CheckpointAttribution();
    for (const { key, rows } of readingsOf(run.header.specification)) {
      const found = await computed.of({ run: folder, checkpoint: PRUNED, rows, reading: key });
      assert.deepEqual(found, await run.attribution(PRUNED, key), key);
    }
    const first = await computed.of({ run: folder, checkpoint: PRUNED, rows: 'pre-activation' });
    assert.deepEqual(first, await run.attribution(PRUNED, 'distribution.pre-activation'));
    await assert.rejects(
      computed.of({ run: folder, checkpoint: PRUNED, rows: 'pre-activation', reading: 'x' }),
      /reading: "x" is not allowed/,
    );
  });
});
