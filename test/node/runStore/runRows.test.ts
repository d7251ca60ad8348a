import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  unflattenRow,
  type FlatRow,
  type MetricsRow,
} from '../../../src/core/experiment/metricsRow';
import { describeRun } from '../../../src/node/runStore/describeRun';
import { findKeptMatrices } from '../../../src/extension/matrix/keptMatrices';
import { RunRows } from '../../../src/node/runStore/runRows';
import { executeTiny } from './tinyRun';

describe('RunRows', () => {
  let folder = '';
  let run = '';
  let lines: string[] = [];
  let rows: MetricsRow[] = [];

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'polysemanticity-rows-'));
    run = await executeTiny(folder, 'stages');
    lines = (await readFile(path.join(run, 'metrics.jsonl'), 'utf8')).trimEnd().split('\n');
    rows = lines.map((line) => unflattenRow(JSON.parse(line) as FlatRow));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('reads all rows of the folder', async () => {
    const { count, numbers, measures } = await new RunRows(run).columns(['relative']);
    assert.equal(count, rows.length);
    assert.deepEqual(
      [...numbers.testLoss],
      rows.map(({ testLoss }) => testLoss),
    );
    assert.deepEqual(
      [...(measures.relative?.mean ?? [])],
      rows.map((row) => row.measures.relative.mean ?? NaN),
    );
    assert.deepEqual(Object.keys(measures), ['relative']);
  });

  it('stores each row once, whether it was read or added first', async () => {
    const live = new RunRows(run);
    rows.slice(3).forEach((row) => live.add(row));
    const { count, numbers } = await live.columns([]);
    assert.equal(count, rows.length);
    rows.forEach((row) => live.add(row));
    assert.equal((await live.columns([])).count, rows.length);
    assert.equal(new Set(numbers.testLoss).size, new Set(rows.map((r) => r.testLoss)).size);
  });

  it('reads new rows of another program, and ignores an incomplete last line', async () => {
    const other = await mkdtemp(path.join(folder, 'growing-'));
    const file = path.join(other, 'metrics.jsonl');
    const growing = new RunRows(other);
    assert.equal((await growing.columns([])).count, 0, 'no file yet');
    await writeFile(file, `${lines[0]}\n${lines[1].slice(0, 50)}`);
    assert.equal((await growing.refresh()).count, 1);
    await appendFile(file, `${lines[1].slice(50)}\n${lines[2]}\n`);
    const fresh = await growing.refresh();
    assert.deepEqual([...fresh.numbers.testLoss], [rows[1].testLoss, rows[2].testLoss]);
  });

  it('names a damaged line', async () => {
    const other = await mkdtemp(path.join(folder, 'damaged-'));
    await writeFile(path.join(other, 'metrics.jsonl'), `${lines[0]}\nnonsense\n${lines[1]}\n`);
    const damaged = new RunRows(other);
    await assert.rejects(damaged.columns([]), /metrics\.jsonl:2: the line is damaged/);
    await writeFile(path.join(other, 'metrics.jsonl'), `${lines[0]}\n`);
    assert.equal((await damaged.columns([])).count, 1, 'it can be tried again');
  });

  it('comes with a description of the run', async () => {
    const description = await describeRun(run, false);
    assert.equal(description.state, 'finished');
    assert.equal(description.experiment, path.resolve(run, '../..'));
    await assert.rejects(describeRun(folder, false), /this is not a run/);
  });

  it('finds kept matrices, and the nearest ones to a matrix that is not kept', async () => {
    const [first] = rows;
    const leg = `${first.seed}-${first.arm}`;
    const last = rows
      .filter(
        ({ seed, arm, requested }) =>
          seed === first.seed && arm === first.arm && requested === null,
      )
      .reduce((most, { epoch }) => Math.max(most, epoch), 0);
    const ends = [`${leg}/initial/0`, `${leg}/training/${last}`];
    for (const name of ends) assert.ok((await findKeptMatrices(run, name)).isKept, name);
    // Epochs between the ends of a stage are measured, but their matrices are not kept.
    assert.ok(last >= 2);
    assert.deepEqual(await findKeptMatrices(run, `${leg}/training/1`), {
      isKept: false,
      nearest: ends,
      keeps: 'stages',
      isFinished: true,
    });
    assert.deepEqual((await findKeptMatrices(run, '99-dense/training/1')).nearest, []);
  });
});
