import assert from 'node:assert/strict';
import path from 'node:path';
import { readdirSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { mkdtemp, rm } from 'node:fs/promises';
import { executeTiny } from './tinyRun';
import { MatrixReader } from '../../../src/node/runStore/matrixReader';
import { readRun } from '../../../src/node/runStore/readRun';

describe('MatrixReader', () => {
  let folder = '';
  let run = '';

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'polysemanticity-matrix-'));
    run = await executeTiny(folder, 'epochs');
  });

  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('lists every kept checkpoint with its measurements', async () => {
    const series = await new MatrixReader(run).series(false);
    assert.equal(series.state, 'finished');
    assert.deepEqual(series.hidden, [4, 3]);
    assert.equal(series.empty, undefined);
    assert.ok(series.checkpoints.length > 4);
    for (const { facts, name } of series.checkpoints) {
      assert.ok(facts && facts.testLoss !== null, name);
      assert.ok('relative' in facts.nulls);
    }
  });

  it('reads the stored matrix', async () => {
    const reader = new MatrixReader(run);
    const [first] = (await reader.series(false)).checkpoints;
    const stored = await (await readRun(run)).attribution(first.name);
    const sent = await reader.matrix(first.name);
    assert.ok(sent.values instanceof Float32Array);
    assert.deepEqual(sent, stored);
    await assert.rejects(reader.matrix('no such'), /no such/);
  });

  it('says how to keep matrices if a run kept none', async () => {
    const other = path.join(folder, 'none');
    const none = await executeTiny(other, 'none');
    const series = await new MatrixReader(none).series(false);
    assert.deepEqual(series.checkpoints, []);
    assert.match(series.empty ?? '', /"keep"/);
  });

  it('names a damaged file', async () => {
    const copy = path.join(folder, 'damaged');
    await cp(run, copy, { recursive: true });
    const file = readdirSync(copy).find((name) => name.startsWith('attributions'))!;
    await writeFile(path.join(copy, file), 'nothing');
    await assert.rejects(
      new MatrixReader(copy).series(false),
      /attributions\.safetensors.*damaged/,
    );
    await assert.rejects(
      new MatrixReader(path.join(folder, 'gone')).series(false),
      /this is not a run/,
    );
  });
});
