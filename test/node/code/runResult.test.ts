import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { flattenRow } from '../../../src/core/experiment/metricsRow';
import { readRunResult } from '../../../src/node/code/runResult';
import { METRICS_FILE } from '../../../src/node/runStore/paths';
import { exampleRow, type RowDetails } from '../../core/experiment/exampleRow';
import { temporaryFolders } from '../temporaryFolder';

describe("the results of a run's dense specimens", () => {
  const place = temporaryFolders();

  async function write(rows: readonly RowDetails[], torn = ''): Promise<void> {
    const lines = rows.map((row) => `${JSON.stringify(flattenRow(exampleRow(row)))}\n`);
    await writeFile(path.join(place.folder, METRICS_FILE), lines.join('') + torn);
  }

  const trained = (seed: number, epoch: number, mean: number, dead: number): RowDetails => ({
    seed,
    epoch,
    phase: 'training',
    testLoss: mean / 100,
    measures: {
      relative: { mean, layers: [mean + 1, null], null: 4 },
      deadFraction: { mean: dead, layers: [dead, 0.25] },
    },
  });

  it('is that of the last epoch of training', async () => {
    await write([
      {},
      trained(1, 1, 9, 0.5),
      trained(1, 2, 3, 0.125),
      { ...trained(1, 2, 7, 0), arm: 'dropout' },
      { ...trained(1, 5, 8, 0), phase: 'retraining', requested: 0.5 },
    ]);
    const { seeds, ...result } = (await readRunResult(place.folder))!;
    // The row before training is of another seed, 42.
    assert.equal(seeds, 2);
    assert.equal(result.relative, 2);

    await write([trained(1, 1, 9, 0.5), trained(1, 2, 3, 0.125)], '{"seed": 1, "epo');
    assert.deepEqual(await readRunResult(place.folder), {
      arm: 'dense',
      seeds: 1,
      relative: 3,
      // Nothing says what null these rows are held against.
      null: null,
      testLoss: 0.03,
      layers: [
        { relative: 4, dead: 1 },
        { relative: null, dead: 1 },
      ],
    });
  });

  it('is the mean over seeds', async () => {
    await write([trained(1, 3, 3, 0.125), trained(2, 3, 5, 0.25)]);
    const { seeds, relative, layers } = (await readRunResult(place.folder))!;
    assert.deepEqual([seeds, relative], [2, 4]);
    assert.deepEqual(layers[0], { relative: 5, dead: 1.5 });
  });

  it('is missing before the first row, and refused if rows cannot be read', async () => {
    await write([]);
    assert.equal(await readRunResult(place.folder), undefined);
    await assert.rejects(readRunResult(path.join(place.folder, 'gone')), /ENOENT|not/);
  });
});
