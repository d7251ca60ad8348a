import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Experiment } from '../../../src/node/experiments/openExperiment';
import { runId } from '../../../src/node/runStore/openRun';
import { listRuns } from '../../../src/node/runStore/listRuns';
import { resumeRun, startRun } from '../../../src/node/runStore/openRun';
import type { RunWriter } from '../../../src/node/runStore/runWriter';
import { editFile } from './faults';
import { ENGINE, specificationOf, syntheticRun } from './syntheticRun';
import { experimentOf, recordUntil, removeTemporaryFolders } from './fixtures';

const specification = specificationOf();

async function unfinished(experiment: Experiment): Promise<string> {
  const writer = await startRun(experiment, specification, ENGINE);
  await writer.close();
  return writer.folder;
}

async function finish(writer: RunWriter): Promise<void> {
  await recordUntil(writer, syntheticRun(specification, writer.finished));
  await writer.close();
}

describe('runId', () => {
  it('is the UTC time to the second', () => {
    assert.equal(runId(new Date('2026-11-23T06:16:03.999Z')), '20261123-061603');
  });
});

describe('listRuns', () => {
  after(removeTemporaryFolders);

  it('lists nothing if nothing has run', async () => {
    assert.deepEqual(await listRuns((await experimentOf(specification)).folder), []);
  });

  it('lists runs newest first, with their state', async () => {
    const experiment = await experimentOf(specification);
    await finish(await startRun(experiment, specification, ENGINE));
    for (let n = 0; n < 10; n++) await unfinished(experiment);
    const running = await startRun(experiment, specification, ENGINE);
    const runs = await listRuns(experiment.folder);
    const states = runs.map(({ state }) => state);
    assert.deepEqual(states, ['running', ...Array<string>(10).fill('unfinished'), 'finished']);
    const times = runs.map(({ startedAt }) => startedAt);
    assert.deepEqual(times, [...times].sort().reverse());
    const [{ folder, id }] = runs;
    assert.equal(folder, running.folder);
    assert.equal(id, path.basename(folder));
    for (const run of runs) {
      assert.ok(run.state !== 'damaged');
      assert.deepEqual([run.specification, run.engine], [specification, ENGINE]);
    }
    await running.close();
  });

  it('orders runs of the same instant by number', async () => {
    const experiment = await experimentOf(specification);
    const folder = await unfinished(experiment);
    const runs = path.dirname(folder);
    const text = await readFile(path.join(folder, 'started.json'));
    await rm(folder, { recursive: true });
    const names = [
      '20260101-000000-10',
      '20260101-000000-9',
      '20260101-000000-2',
      '20260101-000000',
    ];
    for (const name of [...names].reverse()) {
      await mkdir(path.join(runs, name));
      await writeFile(path.join(runs, name, 'started.json'), text);
    }
    const listed = await listRuns(experiment.folder);
    assert.deepEqual(
      listed.map(({ id }) => id),
      names,
    );
  });

  it('says what is wrong with damaged runs, and hides no other', async () => {
    const experiment = await experimentOf(specification);
    const folders = [];
    for (let n = 0; n < 3; n++) {
      const writer = await startRun(experiment, specification, ENGINE);
      await finish(writer);
      folders.push(writer.folder);
    }
    await editFile(path.join(folders[0], 'run.json'), (text) => text.slice(0, -20));
    await rm(path.join(folders[1], 'metrics.jsonl'));
    const lost = path.join(experiment.folder, 'runs', '20200229-120000');
    await mkdir(lost);
    await writeFile(path.join(lost, 'metrics.jsonl'), '');
    const loops = path.join(experiment.folder, 'runs', 'loop');
    await symlink(loops, loops);
    const runs = await listRuns(experiment.folder);
    const reasons = new Map(
      runs.map((run) => [run.folder, run.state === 'damaged' ? run.reason : run.state]),
    );
    assert.equal(reasons.size, 5);
    assert.match(reasons.get(folders[0]) ?? '', /run\.json: is damaged/);
    assert.match(reasons.get(folders[1]) ?? '', /metrics\.jsonl is missing/);
    assert.equal(reasons.get(folders[2]), 'finished');
    assert.match(reasons.get(lost) ?? '', /started\.json and run\.json are missing/);
    assert.match(reasons.get(loops) ?? '', /a link in the path that leads in a circle/);
    const { startedAt } = runs.find(({ folder }) => folder === lost) ?? {};
    assert.equal(startedAt, '2020-02-29T12:00:00.000Z');
  });

  it('ignores what is not a run', async () => {
    const experiment = await experimentOf(specification);
    const runs = path.dirname(await unfinished(experiment));
    await mkdir(path.join(runs, 'figures'));
    await writeFile(path.join(runs, 'README.md'), '');
    await symlink(path.join(runs, 'nowhere'), path.join(runs, 'dangling'));
    assert.equal((await listRuns(experiment.folder)).length, 1);
  });
});

describe('resumeRun', () => {
  after(removeTemporaryFolders);

  it('refuses a finished run, a run that is open, and a folder without one', async () => {
    const experiment = await experimentOf(specification);
    const writer = await startRun(experiment, specification, ENGINE);
    await assert.rejects(resumeRun(writer.folder), { kind: 'storage', message: /is writing/ });
    await finish(writer);
    await assert.rejects(resumeRun(writer.folder), /finished, there is nothing to resume$/);
    await assert.rejects(resumeRun(experiment.folder), /this is not a run/);
    await assert.rejects(resumeRun(path.join(experiment.folder, 'nowhere')), { kind: 'storage' });
    assert.deepEqual(await readdir(experiment.folder), ['runs']);
  });

  it('says in run.json how often it was resumed, and with what else', async () => {
    const experiment = await experimentOf(specification);
    const folder = await unfinished(experiment);
    await editFile(path.join(folder, 'started.json'), (text) =>
      text.replace(/"lab": "[^"]*"/, '"lab": "0.0.1"'),
    );
    await (await resumeRun(folder)).close();
    const writer = await resumeRun(folder);
    for (const event of syntheticRun(specification, writer.finished)) {
      const engine = 'another engine';
      await writer.record(event.type === 'run-started' ? { ...event, engine } : event);
    }
    await writer.close();
    const run = JSON.parse(await readFile(path.join(folder, 'run.json'), 'utf8')) as {
      resumed: number;
      warnings: { message: string }[];
    };
    assert.equal(run.resumed, 2);
    const messages = run.warnings.map(({ message }) => message);
    assert.match(messages[0], /^resumed with version .*; started with 0\.0\.1$/);
    assert.match(messages.join('\n'), /resumed with another engine: another engine/);
    assert.ok(messages.includes('nothing was wrong with 42-dense-0.5'));
    assert.equal(new Set(messages).size, messages.length);
  });
});
