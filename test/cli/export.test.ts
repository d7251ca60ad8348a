import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { csvParse } from 'd3-dsv';
import { parquetReadObjects } from 'hyparquet';
import type { FlatRow } from '../../src/core/experiment/metricsRow';
import { readSafetensors } from '../../src/core/formats/safetensors';
import { polysemanticity, temporaryFolder, TINY, writeExperiment } from './workshop';

describe('export', () => {
  const folder = temporaryFolder();
  const at = (...names: string[]): string => path.join(folder(), ...names);

  before(async () => {
    for (const name of ['made', 'tiny']) {
      await mkdir(at(name));
      await writeExperiment(at(name), TINY);
    }
    const { code } = await polysemanticity(['run', at('tiny'), '--seeds', '7..8', '--quiet']);
    assert.equal(code, 0);
  });

  it('writes every row as CSV and as JSON, with the same numbers', async () => {
    const csv = csvParse((await polysemanticity(['export', at('tiny'), '--csv'])).out);
    const { out } = await polysemanticity(['export', at('tiny'), '--json']);
    const json = JSON.parse(out) as FlatRow[];
    // 2 seeds and 2 arms, each with 4 rows of training and 3 rows for each of 2 ratios.
    assert.equal(csv.length, 2 * 2 * (4 + 2 * 3));
    assert.deepEqual(
      csv.map((row) => Number(row.relative)),
      json.map((row) => row.relative),
    );
  });

  it('writes attributions and specimens as one safetensors file', async () => {
    const file = at('tiny.safetensors');
    const { code, out } = await polysemanticity([
      ...['export', at('tiny'), '--safetensors', '--out', file],
    ]);
    assert.deepEqual([code, out], [0, '']);
    const { tensors, metadata } = readSafetensors(await readFile(file));
    assert.deepEqual(tensors.get('7-dense/training/3')?.shape, [10, 6]);
    assert.deepEqual(tensors.get('7-dense/training/3/layers.0.weight')?.shape, [6, 3]);
    assert.equal((JSON.parse(metadata.features) as unknown[]).length, 6);
    const piped = await polysemanticity(['export', at('tiny'), '--safetensors']);
    assert.deepEqual(piped.bytes, await readFile(file));
  });

  it('writes every row as Parquet, with the numbers of the CSV', async () => {
    const csv = csvParse((await polysemanticity(['export', at('tiny'), '--csv'])).out);
    const file = at('tiny.parquet');
    const { code, out } = await polysemanticity([
      ...['export', at('tiny'), '--parquet', '--out', file],
    ]);
    assert.deepEqual([code, out], [0, '']);
    const bytes = await readFile(file);
    const rows: Record<string, unknown>[] = await parquetReadObjects({
      file: new Uint8Array(bytes).buffer,
    });
    assert.deepEqual(Object.keys(rows[0]), csv.columns);
    assert.deepEqual(
      rows.map((row) => [String(row.seed), row.arm, row.relative]),
      csv.map((row) => [row.seed, row.arm, Number(row.relative)]),
    );
    const terminal = await polysemanticity(['export', at('tiny'), '--parquet'], {
      interactive: true,
    });
    assert.deepEqual([terminal.code, terminal.out], [2, '']);
  });

  it('refuses binary output to a terminal, and more or fewer than one format', async () => {
    const args = ['export', at('tiny'), '--safetensors'];
    const terminal = await polysemanticity(args, { interactive: true });
    assert.deepEqual([terminal.code, terminal.out], [2, '']);
    assert.match(terminal.err, /--out: binary data is not written to a terminal/);
    assert.equal((await polysemanticity([...args, '--csv'])).code, 2);
    assert.equal((await polysemanticity(['export', at('tiny')])).code, 2);
  });

  it('reports that no run is finished, and that it cannot write', async () => {
    const none = await polysemanticity(['export', at('made'), '--csv']);
    assert.equal(none.code, 2);
    assert.match(none.err, /there are no runs yet/);
    const nowhere = await polysemanticity([
      ...['export', at('tiny'), '--csv', '--out', at('nowhere', 'x.csv')],
    ]);
    assert.equal(nowhere.code, 3);
  });
});
