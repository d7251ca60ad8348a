import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Lab } from '../../src/extension/lab';
import type { RunEnd, RunReport } from '../../src/extension/running/runService';
import { readRun } from '../../src/node/runStore/readRun';
import { eventually, labOf } from './harness/lab';

const QUICK = {
  $schema: 'polysemanticity://schemas/experiment.schema.json',
  features: { count: 6, hidden: [4, 2] },
  data: { samples: 200, inputs: 3 },
  specimen: { hidden: [8, 4] },
  training: { epochs: 20 },
  pruning: { ratios: [0.5], retraining: { epochs: 5 } },
};
/** Long enough to be stopped on any machine. */
const LONG = { ...QUICK, training: { epochs: 100_000 } };
/** A short first leg, and a second one that is long enough to be stopped. */
const TWO_LEGS = { ...QUICK, pruning: { ratios: [0.5], retraining: { epochs: 2000 } } };

describe('running experiments from the editor', () => {
  let lab: Lab;
  let root = '';
  let made = 0;

  before(async () => {
    lab = await labOf();
    root = path.join(vscode.workspace.workspaceFolders![0].uri.fsPath, 'running');
  });
  afterEach(() => lab.runs.stopAll());
  after(async () => {
    await rm(root, { recursive: true, force: true });
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  async function experiment(specification: object): Promise<string> {
    const folder = path.join(root, String(made++));
    await mkdir(folder, { recursive: true });
    const name = `Experiment ${path.basename(folder)}`;
    await writeFile(
      path.join(folder, 'experiment.json'),
      JSON.stringify({ name, ...specification }),
    );
    await lab.experiments.refresh();
    return folder;
  }

  /** Waits for the first matching report of an experiment. */
  function reported(experiment: string, fits: (report: RunReport) => boolean): Promise<RunReport> {
    return new Promise((resolve) => {
      const listening = lab.runs.onDidReport((report) => {
        if (report.experiment !== experiment || !fits(report)) return;
        listening.dispose();
        resolve(report);
      });
    });
  }

  const measured = (experiment: string): Promise<RunReport> =>
    reported(experiment, ({ event }) => event.type === 'epoch-measured');

  /** Waits for the end of an experiment's next run. */
  function ended(experiment: string): Promise<RunEnd> {
    return new Promise((resolve) => {
      const listening = lab.runs.onDidEnd((ending) => {
        if (ending.experiment !== experiment) return;
        listening.dispose();
        resolve(ending.end);
      });
    });
  }

  /** The id of the process that writes a run. */
  async function writerOf(run: string): Promise<number> {
    const started = await readFile(path.join(run, 'started.json'), 'utf8');
    return (JSON.parse(started) as { process: { pid: number } }).process.pid;
  }

  it('reports every event, and ends with a finished run', async () => {
    const folder = await experiment(QUICK);
    const types: string[] = [];
    const listening = lab.runs.onDidReport(({ event }) => types.push(event.type));
    const end = ended(folder);
    await vscode.commands.executeCommand('polysemanticity.experiment.run', { folder });
    listening.dispose();
    const { state, folder: run } = await end;
    assert.equal(state, 'finished');
    assert.equal(types[0], 'run-started');
    assert.equal(types.at(-1), 'run-finished');
    const stored = await readRun(run);
    const rows = await stored.rows();
    assert.equal(types.filter((type) => type === 'epoch-measured').length, rows.length);
    // A small run keeps every epoch for the time slider.
    assert.equal(stored.header.specification.keep.attributions, 'epochs');
    assert.deepEqual(lab.runs.active, []);
    await eventually(() => {
      assert.deepEqual(
        lab.experiments.find(folder)?.runs.map((entry) => [entry.folder, entry.state]),
        [[run, 'finished']],
      );
    });
  });

  it('stops a run, resumes it and finishes it', async () => {
    const folder = await experiment(TWO_LEGS);
    const retrained = reported(
      folder,
      ({ event }) => event.type === 'epoch-measured' && event.row.phase === 'retraining',
    );
    const first = ended(folder);
    void vscode.commands.executeCommand('polysemanticity.experiment.run', { folder });
    const { run } = await retrained;
    const [{ state, percent = 0, activity, folder: place }] = lab.runs.active;
    assert.deepEqual([state, place], ['running', run]);
    assert.ok(percent > 0 && percent < 100, `${percent}`);
    assert.match(activity, /^42 dense/);
    await vscode.commands.executeCommand('polysemanticity.experiment.stop', { folder });
    assert.deepEqual(await first, { state: 'stopped', folder: run });
    assert.deepEqual(lab.runs.active, []);
    await eventually(() =>
      assert.equal(lab.experiments.find(folder)?.runs[0]?.state, 'unfinished'),
    );

    const second = ended(folder);
    const begun: unknown[] = [];
    const listening = lab.runs.onDidReport(({ event }) => {
      if (event.type === 'run-started') begun.push(event.epochsDone);
    });
    await vscode.commands.executeCommand('polysemanticity.run.resume', { experiment: folder, run });
    listening.dispose();
    assert.deepEqual(await second, { state: 'finished', folder: run });
    // The finished leg is not repeated.
    assert.deepEqual(begun, [20]);
  });

  it('keeps everything saved when the process dies, and resumes in a new process', async () => {
    const folder = await experiment(TWO_LEGS);
    const retrained = reported(
      folder,
      ({ event }) => event.type === 'epoch-measured' && event.row.phase === 'retraining',
    );
    const first = ended(folder);
    void vscode.commands.executeCommand('polysemanticity.experiment.run', { folder });
    const { run } = await retrained;
    const killed = await writerOf(run);
    assert.notEqual(killed, process.pid, 'it computes in a process of its own');
    process.kill(killed, 'SIGKILL');
    const end = await first;
    assert.deepEqual([end.state, end.folder], ['interrupted', run]);
    await eventually(() =>
      assert.equal(lab.experiments.find(folder)?.runs[0]?.state, 'unfinished'),
    );
    const saved = (await (await readRun(run)).rows()).filter(({ phase }) => phase === 'training');
    assert.equal(saved.length, 20);

    const second = ended(folder);
    await vscode.commands.executeCommand('polysemanticity.run.resume', { experiment: folder, run });
    assert.deepEqual(await second, { state: 'finished', folder: run });
    const rows = await (await readRun(run)).rows();
    assert.deepEqual(
      rows.filter(({ phase }) => phase === 'training'),
      saved,
    );
    assert.equal(rows.length, 1 + 20 + 1 + 2000);
  });

  it('runs experiments one after another, in the order of the requests', async () => {
    const [long, second, third] = [
      await experiment(LONG),
      await experiment(QUICK),
      await experiment(QUICK),
    ];
    const rows = measured(long);
    const ends = [long, second, third].map((folder) => lab.runs.run({ experiment: folder }));
    await rows;
    const states = lab.runs.active.map(({ experiment, state }) => [experiment, state]);
    assert.deepEqual(states, [
      [long, 'running'],
      [second, 'queued'],
      [third, 'queued'],
    ]);
    // A second request joins the queued run.
    const joined = lab.runs.run({ experiment: second });
    assert.equal(lab.runs.active.length, 3);
    await lab.runs.stop(third);
    assert.equal((await ends[2]).state, 'stopped');
    await lab.runs.stop(long);
    assert.equal((await ends[0]).state, 'stopped');
    assert.equal((await ends[1]).state, 'finished');
    assert.deepEqual(await joined, await ends[1]);
    assert.deepEqual(await readdir(third), ['experiment.json'], 'it never began');
  });

  it('starts a new run for a request right after the end of another', async () => {
    const folder = await experiment(QUICK);
    const [first, second] = [
      await lab.runs.run({ experiment: folder, fresh: true }),
      await lab.runs.run({ experiment: folder, fresh: true }),
    ];
    assert.deepEqual([first.state, second.state], ['finished', 'finished']);
    assert.notEqual(second.folder, first.folder);
  });

  it('stops all runs, queued ones first', async () => {
    const folders = [await experiment(LONG), await experiment(LONG)];
    const rows = measured(folders[0]);
    const ends = folders.map((folder) => lab.runs.run({ experiment: folder }));
    await rows;
    await vscode.commands.executeCommand('polysemanticity.experiment.stopAll');
    assert.deepEqual(
      (await Promise.all(ends)).map(({ state }) => state),
      ['stopped', 'stopped'],
    );
    assert.deepEqual(lab.runs.active, []);
  });

  it('says where the error in a specification is', async () => {
    const folder = await experiment({ ...QUICK, specimen: { hidden: [8, -4] } });
    const end = await lab.runs.run({ experiment: folder });
    assert.ok(end.state === 'failed');
    assert.match(end.reason, /specimen\.hidden\[1\]/);
    assert.equal(end.place?.file, path.join(folder, 'experiment.json'));
    assert.equal(end.place?.line, 1);
  });

  it('computes post-activation rows of a kept specimen', async () => {
    const folder = await experiment(QUICK);
    const end = await lab.runs.run({ experiment: folder });
    assert.ok(end.state === 'finished');
    const checkpoint = '42-dense/training/20';
    const kept = await (await readRun(end.folder)).attribution(checkpoint);
    const of = { run: end.folder, checkpoint, rows: 'post-activation' } as const;
    const { values, rows } = await lab.runs.attribute(of);
    assert.equal(rows, 'post-activation');
    assert.ok(values instanceof Float32Array);
    assert.equal(values.length, kept.values.length);
  });

  it('generates toy data beside the experiment', async () => {
    const folder = await experiment(QUICK);
    await vscode.commands.executeCommand('polysemanticity.data.generate', { folder });
    assert.deepEqual(await readdir(path.join(folder, 'data')), ['toy-data.safetensors']);
  });
});
