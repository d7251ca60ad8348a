import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  startByPs,
  stateOfProcess,
  thisIdentity,
} from '../../../src/node/runStore/processIdentity';

describe('a process identity', () => {
  it('has id, start, boot and namespace, as far as the system provides them', async () => {
    const self = await thisIdentity();
    assert.equal(self.pid, process.pid);
    if (process.platform !== 'linux') return;
    assert.match(self.start ?? '', /^\d+$/);
    assert.match(self.boot ?? '', /^[0-9a-f-]{36}$/);
    assert.match(self.namespace ?? '', /^pid:\[\d+\]$/);
  });

  it('says whether a visible process is alive, and unknown for others', async () => {
    const self = await thisIdentity();
    const { pid } = spawnSync(process.execPath, ['--version']);
    const sees = typeof self.start === 'string';
    assert.equal(await stateOfProcess(self), sees ? 'alive' : 'unknown');
    assert.equal(await stateOfProcess({ ...self, pid }), 'dead');
    if (sees) assert.equal(await stateOfProcess({ ...self, start: '0' }), 'dead');
    assert.equal(await stateOfProcess({ ...self, pid, boot: 'another' }), 'unknown');
    assert.equal(await stateOfProcess({ ...self, pid, namespace: 'pid:[1]' }), 'unknown');
    // Where no boot is told, the name of the machine is all there is.
    const nameless = { pid, host: self.host };
    assert.equal(await stateOfProcess(nameless), 'dead');
    assert.equal(await stateOfProcess({ ...nameless, host: 'elsewhere' }), 'unknown');
  });

  it('is also provided by ps', async function () {
    if (spawnSync('ps', ['-o', 'lstart=', '-p', String(process.pid)]).status !== 0) this.skip();
    const child = spawn('sleep', ['20']);
    const start = await startByPs(child.pid ?? 0);
    assert.ok(typeof start === 'object' && /\d\d:\d\d:\d\d \d{4}$/.test(start.at));
    assert.deepEqual(await startByPs(child.pid ?? 0), start);
    child.kill('SIGKILL');
    await once(child, 'close');
    assert.equal(await startByPs(child.pid ?? 0), 'unknown');
  });
});
