import assert from 'node:assert/strict';
import { readdir, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { legName, planRun } from '../../../src/core/experiment/plan';
import { resumeRun } from '../../../src/node/runStore/openRun';
import { readRun } from '../../../src/node/runStore/readRun';
import { editFile } from './faults';
import { roundRobin, specificationOf, syntheticRun } from './syntheticRun';
import {
  copyOf,
  finishedRun,
  recordUntil,
  removeTemporaryFolders,
  results,
  stoppedRun,
} from './fixtures';

const specification = specificationOf({ seeds: [1, 2] });
const plan = planRun(specification).map(legName);

/** Changes the lines of a run's metrics. */
const editRows = (folder: string, edit: (lines: string[]) => string[]): Promise<void> =>
  editFile(path.join(folder, 'metrics.jsonl'), (text) =>
    edit(text.trimEnd().split('\n'))
      .map((line) => `${line}\n`)
      .join(''),
  );

describe('resuming a damaged run', () => {
  /** Of a run that was stopped right before its end. */
  let all: string;
  let undisturbed: Record<string, string>;

  before(async () => {
    all = await stoppedRun(specification, ({ type }) => type === 'run-finished');
    undisturbed = await results(await finishedRun(specification));
  });
  after(removeTemporaryFolders);

  // Rows 0 to 2 are of leg 1-dense, in the order of the plan.
  const damages: Record<string, (folder: string) => Promise<void>> = {
    'its file is missing': (folder) => rm(path.join(folder, 'legs', '1-dense.safetensors')),
    'its file is cut': (folder) => truncate(path.join(folder, 'legs', '1-dense.safetensors'), 900),
    'its file is empty': (folder) =>
      writeFile(path.join(folder, 'legs', '1-dense.safetensors'), ''),
    'a row is missing': (folder) => editRows(folder, (lines) => lines.slice(1)),
    'a row is there twice and another missing': (folder) =>
      editRows(folder, ([a, b, , ...rest]) => [a, b, b, ...rest]),
    'a row is no JSON': (folder) =>
      editRows(folder, ([a, b, ...rest]) => [a, b.slice(0, 100), ...rest]),
    'a row is another value': (folder) => editRows(folder, ([, ...rest]) => ['null', ...rest]),
    'all rows are missing': (folder) => editRows(folder, (lines) => lines.slice(3)),
  };
  for (const [what, damage] of Object.entries(damages)) {
    it(`repeats a leg, and no other, where ${what}`, async () => {
      const folder = await copyOf(all);
      await damage(folder);
      const writer = await resumeRun(folder);
      const repeated: string[] = [];
      for (const event of syntheticRun(specification, writer.finished)) {
        if (event.type === 'leg-started') repeated.push(legName(event.leg));
        await writer.record(event);
      }
      await writer.close();
      assert.deepEqual(repeated, ['1-dense']);
      assert.deepEqual(await results(folder), undisturbed);
    });
  }

  it('repeats everything where all rows are lost with their file', async () => {
    const folder = await copyOf(all);
    await rm(path.join(folder, 'metrics.jsonl'));
    const writer = await resumeRun(folder);
    assert.ok(planRun(specification).every((leg) => !writer.finished.specimenOf(leg)));
    assert.deepEqual(await readdir(path.join(folder, 'legs')), []);
    await recordUntil(writer, syntheticRun(specification, writer.finished, roundRobin()));
    await writer.close();
    assert.deepEqual(await results(folder), undisturbed);
  });

  it('drops everything of unfinished legs', async () => {
    const folder = await stoppedRun(
      specification,
      (event) => event.type === 'leg-finished' && event.leg.requested === 0,
      roundRobin(),
    );
    const legs = path.join(folder, 'legs');
    await writeFile(path.join(folder, 'attributions.safetensors.tmp'), 'half');
    await writeFile(path.join(legs, '1-dense-0.safetensors.tmp'), 'half');
    assert.ok((await readdir(legs)).includes('1-dense-0.5.partial'));
    await (await resumeRun(folder)).close();
    assert.deepEqual((await readdir(folder)).sort(), ['legs', 'metrics.jsonl', 'started.json']);
    assert.deepEqual((await readdir(legs)).sort(), [
      '1-dense.json',
      '1-dense.safetensors',
      '2-dense.json',
      '2-dense.safetensors',
    ]);
    const rows = await (await readRun(folder)).rows();
    assert.deepEqual([...new Set(rows.map(({ seed, arm }) => `${seed}-${arm}`))].sort(), [
      '1-dense',
      '2-dense',
    ]);
    assert.ok(rows.length === 6 && rows.every(({ requested }) => requested === null));
  });

  it('does not change an intact run', async () => {
    const folder = await copyOf(all);
    await (await resumeRun(folder)).close();
    const rows = (await results(folder))['metrics.jsonl'];
    assert.equal(rows, (await results(all))['metrics.jsonl']);
    assert.equal((await readdir(path.join(folder, 'legs'))).length, 2 * plan.length);
  });
});
