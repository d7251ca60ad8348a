import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { ownerOf, RunLock } from '../../../src/node/runStore/lock';
import { thisIdentity, type ProcessIdentity } from '../../../src/node/runStore/processIdentity';
import { removeTemporaryFolders, temporaryFolder } from './fixtures';

const DAY_SECONDS = 24 * 60 * 60;

/** A folder with a lock, last touched so many seconds ago. */
async function lockedBy(owner: object | string, silent = 0): Promise<string> {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'lock-7.json');
  const since = new Date().toISOString();
  const text = typeof owner === 'string' ? owner : JSON.stringify({ since, token: 'x', ...owner });
  await writeFile(file, text);
  const touched = Date.now() / 1000 - silent;
  await utimes(file, touched, touched);
  return folder;
}

/** A living process as it writes itself into its lock, with some of it changed. */
async function livingProcess(changes: Partial<ProcessIdentity> = {}): Promise<ProcessIdentity> {
  const { child, folder } = await holder();
  const name = (await readdir(folder)).find((lock) => lock.startsWith('lock-')) ?? '';
  const owner = JSON.parse(await readFile(path.join(folder, name), 'utf8')) as ProcessIdentity;
  assert.equal(owner.pid, child.pid);
  return { ...owner, ...changes };
}

const children: ChildProcess[] = [];

/** A process that tries to lock these folders, once it is told when. */
async function racer(folders: readonly string[], before: readonly string[] = []): Promise<Racer> {
  const script = path.resolve(__dirname, 'lockRacer.ts');
  const node = [...before, process.execPath, '--import', 'tsx', script, ...folders];
  const child = spawn(node[0], node.slice(1), {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  children.push(child);
  await once(child.stdout, 'data');
  return {
    child,
    race: async (start) => {
      const said = once(child.stdout, 'data');
      child.stdin.write(String(start));
      return JSON.parse(String((await said)[0])) as number[];
    },
  };
}

interface Racer {
  readonly child: ChildProcess;
  /** Which folders it got. */
  readonly race: (start: number) => Promise<number[]>;
}

/** A process that holds the lock of a folder of its own. */
async function holder(): Promise<{ child: ChildProcess; folder: string }> {
  const folder = await temporaryFolder();
  const { child, race } = await racer([folder]);
  assert.deepEqual(await race(Date.now()), [0]);
  return { child, folder };
}

function idOfDeadProcess(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

/** A namespace of process ids of its own, where this user may make one. */
const NAMESPACE = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];
const hasNamespaces = spawnSync(NAMESPACE[0], [...NAMESPACE.slice(1), 'true']).status === 0;

describe('RunLock', function () {
  this.timeout(20_000);
  const host = hostname();

  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  after(removeTemporaryFolders);

  it('is held by one owner until it is released', async () => {
    const folder = await temporaryFolder();
    const lock = await RunLock.take(folder);
    const self = `process ${process.pid} on ${host}`;
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

  it('is released if the work that should use it fails', async () => {
    const folder = await temporaryFolder();
    const work = RunLock.during(folder, () => Promise.reject(new Error('no')));
    await assert.rejects(work, /^Error: no$/);
    assert.equal(await ownerOf(folder), undefined);
  });

  it('goes to exactly one of many that find a dead owner', async () => {
    const folder = await lockedBy({ host, pid: idOfDeadProcess() });
    const takes = await Promise.allSettled(Array.from({ length: 20 }, () => RunLock.take(folder)));
    assert.equal(takes.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.deepEqual(await readdir(folder), ['lock-8.json']);
    for (const take of takes) if (take.status === 'fulfilled') await take.value.release();
  });

  it('goes to exactly one of several processes that race for it', async () => {
    const pid = idOfDeadProcess();
    const folders: string[] = [];
    for (let i = 0; i < 60; i++) folders.push(await lockedBy({ host, pid }));
    const racers = await Promise.all([racer(folders), racer(folders), racer(folders)]);
    const start = Date.now() + 50;
    const taken = await Promise.all(racers.map(({ race }) => race(start)));
    assert.deepEqual(
      taken.flat().sort((a, b) => a - b),
      folders.map((_, i) => i),
    );
    for (const folder of folders) assert.deepEqual(await readdir(folder), ['lock-8.json']);
  });

  it('is respected while its process lives, whatever clocks and names say', async () => {
    const { child, folder } = await holder();
    const owner = `process ${child.pid} on ${host}`;
    const [name] = await readdir(folder);
    for (const silent of [0, 1000 * DAY_SECONDS, -1000 * DAY_SECONDS]) {
      const touched = Date.now() / 1000 - silent;
      await utimes(path.join(folder, name), touched, touched);
      assert.equal(await ownerOf(folder), owner);
    }
    const text = await readFile(path.join(folder, name), 'utf8');
    const renamed = { ...(JSON.parse(text) as ProcessIdentity), host: 'renamed' };
    await writeFile(path.join(folder, name), JSON.stringify(renamed));
    assert.equal(await ownerOf(folder), `process ${child.pid} on renamed`);
    child.kill('SIGKILL');
    await once(child, 'close');
    assert.equal(await ownerOf(folder), undefined);
  });

  it('is taken over from a process that was killed, though its parent has not noticed yet', async function () {
    if (process.platform !== 'linux') this.skip();
    const child = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 20'], { stdio: 'pipe' });
    children.push(child);
    const pid = Number((await once(child.stdout, 'data'))[0]);
    // The shell is gone and never asks how its child ended.
    for (let state = ''; state !== 'Z';) {
      state = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1][0];
    }
    assert.equal(await ownerOf(await lockedBy({ ...(await thisIdentity()), pid })), undefined);
  });

  it('is taken over where the process id was given to another process', async function () {
    const owner = await livingProcess();
    if (typeof owner.start !== 'string') this.skip();
    assert.notEqual(await ownerOf(await lockedBy(owner)), undefined);
    const folder = await lockedBy({ ...owner, start: '1' });
    assert.equal(await ownerOf(folder), undefined);
    // Whatever time the lock has.
    assert.equal(await ownerOf(await lockedBy({ ...owner, start: '1' }, -DAY_SECONDS)), undefined);
    await (await RunLock.take(folder)).release();
    assert.deepEqual(await readdir(folder), []);
  });

  it('is taken over from an earlier boot, unless another machine of this name touched it since', async () => {
    const owner = await livingProcess({ boot: 'another', namespace: null });
    assert.equal(await ownerOf(await lockedBy(owner, 1000 * DAY_SECONDS)), undefined);
    const last = /\(last seen \d+ s ago; considered dead after \d+ s\)$/;
    assert.match((await ownerOf(await lockedBy(owner, 10))) ?? '', last);
  });

  it('is left to a container of the same name and process id while it sends heartbeats', async function () {
    const owner = await livingProcess();
    if (typeof owner.namespace !== 'string') this.skip();
    const other = { ...owner, namespace: 'pid:[1]', pid: process.pid };
    assert.match((await ownerOf(await lockedBy(other, 100))) ?? '', /last seen 100 s ago/);
    await assert.rejects(RunLock.take(await lockedBy(other, 100)), /is writing this run/);
    assert.equal(await ownerOf(await lockedBy(other, 1000)), undefined);
  });

  it('is left to a process in another namespace, whose id means nothing here', async function () {
    if (!hasNamespaces) this.skip();
    const folder = await temporaryFolder();
    const { race } = await racer([folder], NAMESPACE);
    assert.deepEqual(await race(Date.now()), [0]);
    const [name] = await readdir(folder);
    const { pid } = JSON.parse(await readFile(path.join(folder, name), 'utf8')) as ProcessIdentity;
    assert.match((await ownerOf(folder)) ?? '', new RegExp(`^process ${pid} on ${host} \\(last`));
    await assert.rejects(RunLock.take(folder), /is writing this run/);
    const longAgo = Date.now() / 1000 - 1000;
    await utimes(path.join(folder, name), longAgo, longAgo);
    await (await RunLock.take(folder)).release();
  });

  it('judges a silent owner by the clock of the file system, not by the local one', async () => {
    const elsewhere = { pid: 1, host: 'elsewhere', boot: 'another', start: '1' };
    const fresh = await lockedBy(elsewhere, 10);
    const silent = await lockedBy(elsewhere, 3600);
    const { now } = Date;
    try {
      for (const wrong of [-DAY_SECONDS, DAY_SECONDS]) {
        Date.now = () => now() + wrong * 1000;
        await assert.rejects(RunLock.take(fresh), /last seen 1\d s ago/);
        assert.notEqual(await ownerOf(fresh, 'file system'), undefined);
        assert.equal(await ownerOf(silent, 'file system'), undefined);
      }
    } finally {
      Date.now = now;
    }
    // Nothing is left of asking.
    assert.deepEqual(await readdir(fresh), ['lock-7.json']);
  });

  it('ignores a time in the future: the last change counts', async () => {
    const folder = await lockedBy({ pid: 1, host: 'elsewhere', boot: 'another' }, -DAY_SECONDS);
    assert.match((await ownerOf(folder, 'file system')) ?? '', /last seen 0 s ago/);
    const torn = await lockedBy('{"pid": 1', -DAY_SECONDS);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    await (await RunLock.take(torn)).release();
  });

  it('notices that it was taken over while its process was silent', async () => {
    const folder = await temporaryFolder();
    const lock = await RunLock.take(folder);
    await lock.touch();
    const file = path.join(folder, 'lock-1.json');
    const longAgo = Date.now() / 1000 - DAY_SECONDS;
    await utimes(file, longAgo, longAgo);
    const { now } = Date;
    try {
      Date.now = () => now() + 60_000;
      await lock.touch();
      assert.equal(await ownerOf(folder), `process ${process.pid} on ${host}`);
      await rm(file);
      Date.now = () => now() + 120_000;
      await assert.rejects(lock.touch(), { kind: 'storage', message: /was taken over by another/ });
    } finally {
      Date.now = now;
      await lock.release();
    }
  });

  for (const [what, make] of [
    ['garbage', (file) => writeFile(file, '\u0000{]')],
    ['a text without end', (file) => writeFile(file, '{"pid": '.repeat(10_000))],
    ['a folder', (file) => mkdir(path.join(file, 'inner'), { recursive: true }).then(() => {})],
    ['a pipe', (file) => Promise.resolve(void execFileSync('mkfifo', [file]))],
    ['a link to what has no end', (file) => symlink('/dev/zero', file)],
    ['a link to nothing', (file) => symlink('/nowhere', file)],
  ] as [string, (file: string) => Promise<void>][]) {
    it(`is not held up by ${what} in its place`, async function () {
      if (process.platform === 'win32') this.skip();
      const folder = await temporaryFolder();
      const file = path.join(folder, 'lock-999999999.json');
      await make(file);
      if (what === 'garbage') await utimes(file, 0, 0);
      assert.equal(await ownerOf(folder), undefined);
      const lock = await RunLock.take(folder);
      assert.equal(await ownerOf(folder), `process ${process.pid} on ${host}`);
      await assert.rejects(RunLock.take(folder), /is writing this run/);
      await lock.release();
      assert.equal(await ownerOf(folder), undefined);
    });
  }

  it('counts even if an older lock was taken after the check', async () => {
    const folder = await temporaryFolder();
    const older = await RunLock.take(folder);
    await writeFile(path.join(folder, 'lock-5.json'), JSON.stringify({ pid: 1 }));
    await utimes(path.join(folder, 'lock-5.json'), 0, 0);
    await assert.rejects(RunLock.take(folder), /is writing this run/);
    await older.release();
  });

  for (const [what, owner, silent] of [
    ['a process that is gone', { host, pid: idOfDeadProcess() }, 0],
    ['an earlier process with the number of this one', { host, pid: process.pid }, 0],
    ['a process from before the machine was started', { host, pid: process.ppid }, 1e9],
    ['another machine that has been silent for long', { pid: 1, host: 'elsewhere' }, 3600],
    ['a process that died while it wrote the lock', '{"pid": 1', 10],
  ] as const) {
    it(`is taken over from ${what}, in the format of earlier versions`, async () => {
      const folder = await lockedBy(owner, silent);
      assert.equal(await ownerOf(folder), undefined);
      await (await RunLock.take(folder)).release();
      assert.deepEqual(await readdir(folder), []);
    });
  }

  for (const [what, owner, silent] of [
    ['a process that lives', { host, pid: process.ppid }, 30],
    ['another machine that showed itself not long ago', { pid: 1, host: 'elsewhere' }, 300],
    ['a process that is just writing the lock', '', 0],
  ] as const) {
    it(`is left to ${what}, in the format of earlier versions`, async () => {
      const folder = await lockedBy(owner, silent);
      await assert.rejects(RunLock.take(folder), /is writing this run/);
      assert.deepEqual(await readdir(folder), ['lock-7.json']);
    });
  }
});
