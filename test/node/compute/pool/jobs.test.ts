import assert from 'node:assert/strict';
import { Stopped } from '../../../../src/core/stop';
import { startThread, type WorkerHost } from '../../../../src/node/compute/pool/host';
import { runJob } from '../../../../src/node/compute/pool/jobs';

/** A job that takes minutes: one step of it takes milliseconds. */
const WORKLOAD = {
  widths: [8, 64, 2],
  activation: 'relu',
  batchSize: 64,
  perSeed: 200_000,
  seeds: 1,
} as const;

describe('a job in a worker', () => {
  it('receives a stop in the same turn, without polling', async () => {
    const told: boolean[] = [];
    const host: WorkerHost = {
      listener: undefined,
      alive: true,
      loading: false,
      deathReason: undefined,
      send: () => undefined,
      setStop: (stop) => void told.push(stop),
      end: () => {
        host.listener?.died('ended');
        return Promise.resolve();
      },
    };
    const controller = new AbortController();
    const job = runJob(host, 'time', WORKLOAD, { who: 'a worker', signal: controller.signal });
    assert.deepEqual(told, [false]);
    controller.abort();
    assert.deepEqual(told, [false, true]);
    await assert.rejects(job, Stopped);
    // The next job finds the flag cleared.
    assert.deepEqual(told, [false, true, false]);
  });

  it('leaves no listener on a signal that outlives it', async () => {
    const thread = startThread('typescript');
    const { signal } = new AbortController();
    let listeners = 0;
    const counted = {
      aborted: false,
      addEventListener: (type: 'abort', listener: () => void) => {
        listeners++;
        signal.addEventListener(type, listener);
      },
      removeEventListener: (type: 'abort', listener: () => void) => {
        listeners--;
        signal.removeEventListener(type, listener);
      },
    };
    const workload = { ...WORKLOAD, perSeed: 1 };
    try {
      await runJob(thread, 'time', workload, { who: 'a thread', signal: counted });
      assert.equal(listeners, 0);
    } finally {
      await thread.end();
    }
  });
});
