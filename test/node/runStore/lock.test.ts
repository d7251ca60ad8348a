import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { ownerOf, RunLock } from '../../../src/node/runStore/lock';
import { removeTemporaryFolders, temporaryFolder } from './workshop';

const DAY = 24 * 60 * 60 * 1000;

/** A folder with a lock of some process, last touched so many seconds ago. */
async function lockedBy(
  owner: { pid: number; host?: string; since?: Date } | string,
  silent = 0,
): Promise<string> {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'lock-7.json');
  const since = new Date().toISOString();
  const text =
    typeof owner === 'string'
      ? owner
      : JSON.stringify({ host: hostname(), since, token: 'another', ...owner });
  await writeFile(file, text);
  const touched = Date.now() / 1000 - silent;
  await utimes(file, touched, touched);
  return folder;
}

function idOfDeadProcess(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

describe('RunLock', () => {
  after(removeTemporaryFolders);

  it('is taken by one only, until it is released', async () => {
    const folder = await temporaryFolder();
    const lock = await RunLock.take(folder);
    const self = `process ${process.pid} on ${hostname()}`;
    assert.equal(await ownerOf(folder), self);
    await assert.rejects(RunLock.take(folder), {
      name: 'LabError',
      kind: 'storage',
      place: { file: folder },
      message: new RegExp(`${self} is writing this run`),
    });
    await lock.release();
    assert.equal(await ownerOf(folder), undefined);
    assert.deepEqual(await readdir(folder), []);
    await (await RunLock.take(folder)).release();
  });

  it('is released where the work that was to use it fails', async () => {
    const folder = await temporaryFolder();
    const work = RunLock.during(folder, () => Promise.reject(new Error('no')));
    await assert.rejects(work, /^Error: no$/);
    assert.equal(await ownerOf(folder), undefined);
  });

  it('goes to exactly one of many that find its owner dead', async () => {
    const folder = await lockedBy({ pid: idOfDeadProcess() });
    const takes = await Promise.allSettled(Array.from({ length: 20 }, () => RunLock.take(folder)));
    assert.equal(takes.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.deepEqual(await readdir(folder), ['lock-8.json']);
    for (const take of takes) if (take.status === 'fulfilled') await take.value.release();
  });

  it('is respected while its process lives', async () => {
    const folder = await lockedBy({ pid: process.ppid });
    assert.equal(await ownerOf(folder), `process ${process.ppid} on ${hostname()}`);
  });

  for (const [what, owner, silent] of [
    ['a process that is gone', { pid: idOfDeadProcess() }, 0],
    ['an earlier process with the number of this one', { pid: process.pid }, 0],
    [
      'a process from before the machine was restarted',
      { pid: process.ppid, since: new Date(Date.now() - 10_000 * DAY) },
      0,
    ],
    ['another machine that has been silent for long', { pid: 1, host: 'elsewhere' }, 3600],
    ['a process that died while it wrote the lock', '{"pid": 1', 10],
  ] as const) {
    it(`is taken over from ${what}`, async () => {
      const folder = await lockedBy(owner, silent);
      assert.equal(await ownerOf(folder), undefined);
      await (await RunLock.take(folder)).release();
      assert.deepEqual(await readdir(folder), []);
    });
  }

  for (const [what, owner, silent] of [
    ['another machine that showed itself not long ago', { pid: 1, host: 'elsewhere' }, 60],
    ['a process that is just writing the lock', '', 0],
  ] as const) {
    it(`is left to ${what}`, async () => {
      const folder = await lockedBy(owner, silent);
      await assert.rejects(RunLock.take(folder), /is writing this run/);
      assert.deepEqual(await readdir(folder), ['lock-7.json']);
    });
  }
});
