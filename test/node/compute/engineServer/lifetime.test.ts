import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { EngineClient } from '../../../../src/node/compute/engineServer/engineClient';
import { listRuns } from '../../../../src/node/runStore/listRuns';
import { readRun } from '../../../../src/node/runStore/readRun';
import { temporaryFolders } from '../../temporaryFolder';
import { isRunning } from '../isRunning';

const LONG = {
  name: 'Long',
  features: { count: 6, hidden: [4, 2] },
  data: { samples: 200, inputs: 3 },
  specimen: { hidden: [8, 4] },
  training: { epochs: 100_000 },
};

async function hasEnded(pid: number): Promise<boolean> {
  for (let waited = 0; waited < 10_000; waited += 50) {
    if (!isRunning(pid)) return true;
    await setTimeout(50);
  }
  return false;
}

describe("the end of the engine's process", () => {
  const temporary = temporaryFolders();

  async function experiment(): Promise<string> {
    const folder = path.join(temporary.folder, 'experiment');
    await mkdir(folder);
    await writeFile(path.join(folder, 'experiment.json'), JSON.stringify(LONG));
    return folder;
  }

  /** The run is whole, and nothing says that somebody still writes it. */
  async function assertCleanlyStopped(folder: string): Promise<void> {
    const [run] = await listRuns(folder);
    assert.equal(run.state, 'unfinished');
    assert.ok((await (await readRun(run.folder)).rows()).length > 0);
    const locks = (await readdir(run.folder)).filter((name) => name.startsWith('lock'));
    assert.deepEqual(locks, []);
  }

  it('follows the death of its parent; its run is stopped cleanly', async () => {
    const folder = await experiment();
    const owner = spawn(
      process.execPath,
      ['--import', 'tsx', path.resolve(__dirname, 'owner.ts'), folder],
      { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
    );
    const ended = once(owner, 'close');
    try {
      const [told] = (await once(owner.stdout, 'data')) as [Buffer];
      const pid = Number(told.toString());
      assert.ok(isRunning(pid));
      owner.kill('SIGKILL');
      assert.ok(await hasEnded(pid));
    } finally {
      owner.kill('SIGKILL');
      await ended;
    }
    await assertCleanlyStopped(folder);
  });

  it('follows dispose, which rejects pending runs', async () => {
    const folder = await experiment();
    const client = new EngineClient();
    let rows: () => void = () => undefined;
    const measured = new Promise<void>((resolve) => (rows = resolve));
    const running = client.run(
      { experiment: folder, engine: 'simd', workers: 2, keep: 'specification' },
      {
        events: (events) => {
          if (events.some(({ type }) => type === 'epoch-measured')) rows();
        },
      },
      new AbortController().signal,
    );
    const refused = assert.rejects(running);
    await Promise.race([measured, refused]);
    const { pid } = client;
    assert.ok(pid !== undefined);
    await client.dispose();
    await refused;
    assert.equal(isRunning(pid), false);
    assert.equal(client.pid, undefined);
    await assertCleanlyStopped(folder);
  });

  it('needs no process to have been started', () => new EngineClient().dispose());
});
