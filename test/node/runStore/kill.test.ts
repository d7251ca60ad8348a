import assert from 'node:assert/strict';
import path from 'node:path';
import { listRuns } from '../../../src/node/runStore/listRuns';
import { resumeRun } from '../../../src/node/runStore/openRun';
import { startVictim } from './faults';
import { KILLED_SPECIFICATION } from './killedRun';
import {
  finishedRun,
  removeTemporaryFolders,
  results,
  resumeToEnd,
  temporaryFolder,
} from './fixtures';

/** Runs a process until so many legs are finished, looks at what it does, then kills it. */
async function killAfter(
  legs: number,
  folders: string[],
  look: () => Promise<void>,
): Promise<void> {
  const script = path.resolve(__dirname, 'killedRun.ts');
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const { kill, ended } = startVictim(script, [String(legs), ...folders], begin);
  try {
    await Promise.race([begun, ended]);
    await look();
  } finally {
    kill();
  }
  await ended;
}

describe('a run whose process is killed', () => {
  after(removeTemporaryFolders);

  it('cannot be taken over while it runs; is resumed after each kill, and ends with the same bytes', async () => {
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
