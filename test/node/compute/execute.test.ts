import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LabError } from '../../../src/core/errors';
import type { ExperimentEvent } from '../../../src/core/experiment/events';
import { planRun, legName } from '../../../src/core/experiment/plan';
import { Stopped } from '../../../src/core/stop';
import { executeRun, type ExecuteOptions } from '../../../src/node/compute/execute';
import { openExperiment, type Experiment } from '../../../src/node/experiments/openExperiment';
import { readRun } from '../../../src/node/runStore/readRun';
import { withEnvironment } from '../environment';
import { flipBit } from '../runStore/faults';
import { temporaryFolders } from '../temporaryFolder';

const TINY = {
  name: 'Tiny',
  seeds: [1, 2],
  features: { count: 4 },
  data: { source: 'generated', samples: 40, inputs: 2, autoencoder: { epochs: 2 } },
  specimen: { hidden: [6, 4], dropoutTwin: 0.5 },
  training: { epochs: 3, batchSize: 8 },
  pruning: { ratios: [0.3], retraining: { epochs: 2 } },
  measures: { nullNeurons: 28 },
};

interface Outcome {
  readonly folder: string;
  readonly resumed: boolean;
  readonly notes: readonly string[];
  readonly events: readonly ExperimentEvent[];
}

describe('running an experiment', () => {
  const space = temporaryFolders();
  // Which is everywhere; the choice of the native one has tests of its own.
  withEnvironment('POLYSEMANTICITY_TENSORFLOW', 'plain');

  let made = 0;
  async function experiment(changes: object = {}): Promise<Experiment> {
    const folder = path.join(space.folder, String(made++));
    mkdirSync(folder);
    const file = path.join(folder, 'experiment.json');
    writeFileSync(file, JSON.stringify({ ...TINY, ...changes }));
    return openExperiment(folder);
  }

  /** Runs to the end, or until `stopAfter` legs are finished. */
  async function run(
    opened: Experiment,
    { stopAfter = Infinity, ...options }: Partial<ExecuteOptions> & { stopAfter?: number } = {},
  ): Promise<Outcome> {
    let place: { folder: string; resumed: boolean } | undefined;
    const notes: string[] = [];
    const events: ExperimentEvent[] = [];
    const controller = new AbortController();
    let finished = 0;
    try {
      for await (const event of executeRun(opened, {
        engine: 'simd',
        signal: controller.signal,
        ...options,
        onRunFolder: (folder, resumed) => (place = { folder, resumed }),
        onNote: (text) => notes.push(text),
      })) {
        events.push(event);
        if (event.type === 'leg-finished' && ++finished === stopAfter) controller.abort();
      }
    } catch (error) {
      if (!(error instanceof Stopped) || stopAfter === Infinity) throw error;
    }
    assert.ok(place);
    return { ...place, notes, events };
  }

  const resultsOf = ({ folder }: Outcome): Record<string, Buffer> =>
    Object.fromEntries(
      ['metrics.jsonl', 'attributions.safetensors', 'specimens.safetensors'].map((name) => [
        name,
        readFileSync(path.join(folder, name)),
      ]),
    );
  const legsBegun = ({ events }: Outcome): number =>
    events.filter(({ type }) => type === 'leg-started').length;

  it('keeps the same bytes with one worker, with several, and on plain TypeScript', async () => {
    const one = await run(await experiment(), { workers: 1 });
    assert.equal(one.events.at(-1)?.type, 'run-finished');
    assert.equal((await readRun(one.folder)).header.engine.name, 'simd');
    for (const options of [{ workers: 3 }, { workers: 2, engine: 'typescript' as const }]) {
      assert.deepEqual(resultsOf(await run(await experiment(), options)), resultsOf(one));
    }
  });

  it('resumes a stopped run, and ends with the bytes of an uninterrupted one', async () => {
    const whole = await run(await experiment());
    const opened = await experiment();
    const stopped = await run(opened, { stopAfter: 3, workers: 1 });
    assert.ok(!existsSync(path.join(stopped.folder, 'run.json')));
    const second = await run(opened, { workers: 2 });
    assert.deepEqual([second.folder, second.resumed], [stopped.folder, true]);
    assert.equal(legsBegun(second), planRun(opened.specification).length - 3);
    assert.deepEqual(resultsOf(second), resultsOf(whole));
    const third = await run(opened);
    assert.equal(third.resumed, false);
    assert.notEqual(third.folder, stopped.folder);
  });

  it('starts a new run with fresh, and requires one to resume with resume', async () => {
    const opened = await experiment();
    await assert.rejects(
      run(opened, { resume: true }),
      (error) => error instanceof LabError && /no unfinished run/.test(error.message),
    );
    assert.ok(!existsSync(path.join(opened.folder, 'runs')));
    const stopped = await run(opened, { stopAfter: 1 });
    const fresh = await run(opened, { fresh: true });
    assert.equal(fresh.resumed, false);
    assert.notEqual(fresh.folder, stopped.folder);
    assert.equal((await run(opened, { resume: true })).folder, stopped.folder);
  });

  it('says why runs are not resumed, also in the error if one must be', async () => {
    const opened = await experiment();
    const stopped = await run(opened, { stopAfter: 1 });
    const id = path.basename(stopped.folder);
    const changed = await experiment({ training: { epochs: 4, batchSize: 8 } });
    const elsewhere = { ...changed, folder: opened.folder };
    const reason = `run ${id}: its training.epochs is 3, not 4`;
    await assert.rejects(run(elsewhere, { resume: true }), {
      kind: 'invalid-input',
      message: `${opened.folder}: there is no unfinished run of this specification, seeds and engine to resume. Not resumed: ${reason}`,
    });
    const { notes, resumed } = await run(elsewhere);
    assert.deepEqual([notes, resumed], [[`not resumed: ${reason}`], false]);
    assert.deepEqual((await run(elsewhere, { fresh: true })).notes, []);
    const started = path.join(stopped.folder, 'started.json');
    writeFileSync(started, readFileSync(started, 'utf8').slice(0, 100));
    const { notes: then } = await run(opened);
    assert.equal(then.length, 1);
    assert.match(then[0], new RegExp(`^not resumed: run ${id}: .*started\\.json: is damaged`));
  });

  it('names a damaged leg of a resumed run, repeats it, and ends with the same bytes', async () => {
    const whole = await run(await experiment());
    const opened = await experiment();
    const stopped = await run(opened, { stopAfter: 3, workers: 1 });
    const file = path.join(stopped.folder, 'legs', '1-dense.safetensors');
    await flipBit(file, -38);
    const second = await run(opened);
    assert.match(
      second.notes.join(),
      /^1-dense is repeated: legs.* is not what was saved: its SHA-256/,
    );
    assert.equal(legsBegun(second), planRun(opened.specification).length - 2);
    assert.deepEqual(resultsOf(second), resultsOf(whole));
  });

  it('resumes a run with another keep, and does not change it', async () => {
    const opened = await experiment();
    const keep = { attributions: 'epochs', specimens: 'none' } as const;
    const stopped = await run(opened, { keep, stopAfter: 2 });
    const second = await run(opened);
    assert.deepEqual([second.folder, second.resumed], [stopped.folder, true]);
    const stored = await readRun(second.folder);
    assert.deepEqual(stored.header.specification.keep, keep);
    const checkpoints = await stored.checkpoints();
    // Two arms, one ratio each, of two seeds; the state before the first epoch is one, too.
    assert.equal(checkpoints.length, 2 * 2 * (1 + 3 + 1 + 2));
    assert.ok(checkpoints.every(({ attribution, specimen }) => attribution && !specimen));
  });

  it('resumes the named run, whatever the experiment says now', async () => {
    const whole = await run(await experiment(), { seeds: [7] });
    const opened = await experiment();
    const named = await run(opened, { seeds: [7], stopAfter: 1 });
    const newer = await run(opened, { stopAfter: 1 });
    writeFileSync(opened.file, JSON.stringify({ ...TINY, data: { ...TINY.data, samples: 50 } }));
    const changed = await openExperiment(opened.folder);
    await run(changed);
    const data = path.join(opened.folder, 'data', 'toy-data.safetensors');
    const newest = readFileSync(data);
    const second = await run(changed, { run: named.folder, engine: 'tensorflow' });
    assert.deepEqual([second.folder, second.resumed], [named.folder, true]);
    assert.deepEqual(resultsOf(second), resultsOf(whole));
    assert.equal((await readRun(newer.folder)).state, 'unfinished');
    assert.deepEqual(readFileSync(data), newest);
    await assert.rejects(
      run(changed, { run: named.folder }),
      /finished, there is nothing to resume/,
    );
  });

  it('keeps the null with the run, before its first row, and resumes with the same', async () => {
    const opened = await experiment();
    const stopped = await run(opened, { stopAfter: 1, workers: 1 });
    const before = (await readRun(stopped.folder)).header.null ?? assert.fail();
    const finished = await readRun((await run(opened)).folder);
    assert.deepEqual([finished.folder, finished.header.null], [stopped.folder, before]);
    for (const { measures } of await finished.rows()) {
      assert.equal(measures.relative.null, before.measures.relative?.mean);
    }
  });

  it('does not resume a run whose rows are compared with the old null, and says why', async () => {
    const opened = await experiment();
    const { folder } = await run(opened, { stopAfter: 1, workers: 1 });
    const file = path.join(folder, 'started.json');
    const started = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    delete started.null;
    // It was drawn from another number of readouts, which is no other experiment.
    const specification = {
      ...opened.specification,
      measures: { ...opened.specification.measures, nullNeurons: 14 },
    };
    writeFileSync(file, JSON.stringify({ ...started, specification }));
    const reason = /old null of random readouts.* begin a fresh run/;
    await assert.rejects(run(opened, { resume: true }), reason);
    await assert.rejects(run(opened, { run: folder }), reason);
    const fresh = await run(opened);
    assert.notEqual(fresh.folder, folder);
    assert.ok(
      fresh.notes.some((note) => reason.test(note) && note.includes(path.basename(folder))),
    );
    // What it has can still be read.
    assert.ok((await (await readRun(folder)).rows()).length > 0);
  });

  it('runs other seeds than those of the specification, as a run of its own', async () => {
    const opened = await experiment();
    await run(opened, { stopAfter: 1 });
    const { events, resumed } = await run(opened, { seeds: [7] });
    assert.equal(resumed, false);
    const seeds = events.flatMap((event) =>
      event.type === 'leg-finished' ? [event.leg.seed] : [],
    );
    assert.deepEqual(new Set(seeds), new Set([7]));
    await assert.rejects(run(opened, { seeds: [-1] }), LabError);
  });

  it('resumes with the engine of the run, and says so', async () => {
    for (const begun of ['typescript', 'tensorflow'] as const) {
      const opened = await experiment();
      const stopped = await run(opened, { engine: begun, stopAfter: 2 });
      // Another engine has no part in it.
      const other = await run(opened, { engine: 'simd', stopAfter: 1, fresh: true });
      assert.notEqual(other.folder, stopped.folder);
      await run(opened, { engine: 'simd' });
      const second = await run(opened, { engine: 'auto' });
      assert.deepEqual([second.folder, second.resumed], [stopped.folder, true]);
      assert.deepEqual(second.notes, [`auto: ${begun}, with which the run was started`]);
      const { header } = await readRun(second.folder);
      assert.equal(header.engine.name, begun);
      assert.deepEqual(header.warnings, []);
    }
  });

  it('uses the same data for every engine', async () => {
    const dataOf = async (engine: ExecuteOptions['engine']): Promise<Buffer> => {
      const opened = await experiment();
      await run(opened, { engine });
      return readFileSync(path.join(opened.folder, 'data', 'toy-data.safetensors'));
    };
    assert.deepEqual(await dataOf('tensorflow'), await dataOf('simd'));
  });

  it('uses the local engine, without a note, if there is no choice', async () => {
    const { notes, folder } = await run(await experiment(), { engine: 'auto' });
    assert.deepEqual(notes, []);
    assert.equal((await readRun(folder)).header.engine.name, 'simd');
  });

  it("writes TensorBoard's event files for every leg when they are asked for", async () => {
    const without = await run(await experiment());
    assert.ok(!existsSync(path.join(without.folder, 'tensorboard')));
    const opened = await experiment();
    await run(opened, { tensorboard: true, stopAfter: 3 });
    const { folder, resumed } = await run(opened, { tensorboard: true });
    assert.equal(resumed, true);
    const legs = planRun(opened.specification).map(legName);
    assert.deepEqual(readdirSync(path.join(folder, 'tensorboard')).sort(), legs.sort());
    for (const leg of legs) {
      assert.equal(readdirSync(path.join(folder, 'tensorboard', leg)).length, 1);
    }
  });

  it('stores nothing if it is stopped before it starts', async () => {
    const opened = await experiment();
    await assert.rejects(
      run(opened, { engine: 'tensorflow', signal: AbortSignal.abort() }),
      Stopped,
    );
    assert.ok(!existsSync(path.join(opened.folder, 'runs')));
  });
});
