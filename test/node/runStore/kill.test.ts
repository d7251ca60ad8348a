import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { listRuns } from '../../../src/node/runStore/listRuns';
import { resumeRun } from '../../../src/node/runStore/openRun';
import { KILLED_SPECIFICATION } from './killedRun';
import {
  finishedRun,
  removeTemporaryFolders,
  results,
  resumeToEnd,
  temporaryFolder,
} from './workshop';

/** Runs a process until so many legs are finished, looks at what it does, then kills it. */
async function killAfter(
  legs: number,
  folders: string[],
  look: () => Promise<void>,
): Promise<void> {
  const script = path.resolve(__dirname, 'killedRun.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, String(legs), ...folders], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const ended = once(child, 'close');
  try {
    await Promise.race([once(child.stdout, 'data'), ended]);
    await look();
  } finally {
    child.kill('SIGKILL');
  }
  await ended;
}

describe('a run whose process is killed', () => {
  after(removeTemporaryFolders);

  it('cannot be taken over before; is resumed after each kill, and ends with the same bytes', async () => {
    const folder = await temporaryFolder();
    const newest = async (): Promise<{ folder: string; state: string }> =>
      (await listRuns(folder))[0];
    const lookAtRunning = async (): Promise<void> => {
      const { state, folder: run } = await newest();
      assert.equal(state, 'running');
      await assert.rejects(resumeRun(run), /process \d+ on .* is writing this run/);
    };
    await killAfter(2, [folder], lookAtRunning);
    const { folder: run, state } = await newest();
    assert.equal(state, 'unfinished');
    await killAfter(3, [folder, run], lookAtRunning);
    await resumeToEnd(run, KILLED_SPECIFICATION);
    assert.deepEqual(await results(run), await results(await finishedRun(KILLED_SPECIFICATION)));
    assert.equal((await newest()).state, 'finished');
  });
});
