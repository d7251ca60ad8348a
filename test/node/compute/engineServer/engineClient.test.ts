import assert from 'node:assert/strict';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../../../../src/core/errors';
import type { MetricsRow } from '../../../../src/core/experiment/metricsRow';
import { Stopped } from '../../../../src/core/stop';
import { EngineClient } from '../../../../src/node/compute/engineServer/engineClient';
import { listRuns } from '../../../../src/node/runStore/listRuns';
import { readRun } from '../../../../src/node/runStore/readRun';
import type { LiveEvent } from '../../../../src/core/experiment/events';
import { temporaryFolders } from '../../temporaryFolder';

const QUICK = {
  name: 'Quick',
  features: { count: 6, hidden: [4, 2] },
  data: { samples: 200, inputs: 3 },
  specimen: { hidden: [8, 4] },
  training: { epochs: 5 },
  pruning: { ratios: [0, 0.5], retraining: { epochs: 3 } },
};
const LONG = { ...QUICK, name: 'Long', training: { epochs: 100_000 } };

const OPTIONS = { engine: 'simd', workers: 1, keep: 'specification' } as const;

function byPlace(rows: readonly MetricsRow[]): MetricsRow[] {
  const place = ({ requested, epoch }: MetricsRow): number =>
    1000 * (1 + (requested ?? -1)) + epoch;
  return [...rows].sort((a, b) => place(a) - place(b));
}

describe("the engine's process", () => {
  const temporary = temporaryFolders();
  let client: EngineClient;
  beforeEach(() => (client = new EngineClient()));
  afterEach(() => client.dispose());

  const experiment = async (specification: object): Promise<string> => {
    const folder = path.join(temporary.folder, 'experiment');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'experiment.json'), JSON.stringify(specification));
    return folder;
  };

  it('runs an experiment and reports its events in order, without weights', async () => {
    const folder = await experiment(QUICK);
    const events: LiveEvent[] = [];
    let kept = '';
    await client.run(
      { ...OPTIONS, experiment: folder },
      { events: (some) => void events.push(...some), folder: (place) => (kept = place) },
      new AbortController().signal,
    );
    assert.equal(events[0].type, 'run-started');
    assert.equal(events.at(-1)?.type, 'run-finished');
    const rows = events.flatMap((event) => (event.type === 'epoch-measured' ? [event.row] : []));
    const stored = await readRun(kept);
    assert.equal(stored.state, 'finished');
    // The store keeps them by leg, whatever ran beside what.
    assert.deepEqual(byPlace(rows), byPlace(await stored.rows()));
    const checkpoints = events.flatMap((event) =>
      event.type === 'checkpoint-ready' ? [event.checkpoint] : [],
    );
    assert.deepEqual(Object.keys(checkpoints[0]).sort(), ['epoch', 'leg', 'phase']);
  });

  it('keeps every epoch on request, and computes other rows of a stored specimen', async () => {
    const folder = await experiment({ ...QUICK, keep: { specimens: 'stages' } });
    let run = '';
    await client.run(
      { ...OPTIONS, keep: 'auto', experiment: folder },
      { events: () => undefined, folder: (place) => (run = place) },
      new AbortController().signal,
    );
    const stored = await readRun(run);
    const names = (await stored.checkpoints()).filter(({ attribution }) => attribution);
    assert.equal(names.length, 1 + 5 + 2 * (1 + 3));
    const name = '42-dense/training/5';
    const before = await stored.attribution(name);
    const after = await client.attribute({ run, checkpoint: name, rows: 'post-activation' });
    assert.equal(after.rows, 'post-activation');
    assert.equal(after.values.length, before.values.length);
    assert.notDeepEqual(Array.from(after.values), Array.from(before.values));
    const same = await client.attribute({ run, checkpoint: name, rows: 'pre-activation' });
    assert.deepEqual(Array.from(same.values), Array.from(before.values));
  });

  it('stops soon, and resumes the run', async () => {
    const folder = await experiment(LONG);
    const controller = new AbortController();
    const running = client.run(
      { ...OPTIONS, experiment: folder },
      {
        events: (events) => {
          if (events.some(({ type }) => type === 'epoch-measured')) controller.abort();
        },
      },
      controller.signal,
    );
    await assert.rejects(running, Stopped);
    const [run] = await listRuns(folder);
    assert.equal(run.state, 'unfinished');
    const again = new AbortController();
    let resumed: boolean | undefined;
    const second = client.run(
      // Whatever it was begun with.
      { ...OPTIONS, keep: 'stages', experiment: folder },
      {
        events: () => undefined,
        folder: (place, isResumed) => {
          assert.equal(place, run.folder);
          resumed = isResumed;
          again.abort();
        },
      },
      again.signal,
    );
    await assert.rejects(second, Stopped);
    assert.equal(resumed, true);
  });

  it('reports an invalid specification with its place', async () => {
    const folder = await experiment({ ...QUICK, specimen: { hidden: [8, -4] } });
    const running = client.run(
      { ...OPTIONS, experiment: folder },
      { events: () => undefined },
      new AbortController().signal,
    );
    await assert.rejects(running, (error) => {
      assert.ok(error instanceof LabError);
      assert.equal(error.place.file, path.join(folder, 'experiment.json'));
      assert.equal(error.place.line, 1);
      return true;
    });
  });

  it('may be killed: saved legs remain, and the next run has a new process', async () => {
    const folder = await experiment(LONG);
    let measured = 0;
    let killed: number | undefined;
    const running = client.run(
      { ...OPTIONS, experiment: folder },
      {
        events: (events) => {
          measured += events.filter(({ type }) => type === 'epoch-measured').length;
          if (measured === 0 || killed !== undefined) return;
          killed = client.pid;
          process.kill(killed!, 'SIGKILL');
        },
      },
      new AbortController().signal,
    );
    await assert.rejects(running, /the engine's process died: killed by SIGKILL/);
    const [run] = await listRuns(folder);
    assert.equal(run.state, 'unfinished');
    // Rows that come within 50 ms are written together: of the last of them nothing may be there yet.
    assert.ok((await (await readRun(run.folder)).rows()).length >= 1);

    const other = path.join(temporary.folder, 'other');
    await cp(folder, other, { recursive: true });
    await writeFile(path.join(other, 'experiment.json'), JSON.stringify(QUICK));
    await client.run(
      { ...OPTIONS, experiment: other },
      { events: () => undefined },
      new AbortController().signal,
    );
    assert.notEqual(client.pid, killed);
  });
});
