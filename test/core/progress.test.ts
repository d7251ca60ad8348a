import assert from 'node:assert/strict';
import { reporting } from '../../src/core/progress';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Everything that was yielded, then the result or the failure. */
async function drain<P, T>(generator: AsyncGenerator<P, T>) {
  const yielded: P[] = [];
  for (;;) {
    try {
      const next = await generator.next();
      if (next.done) return { yielded, result: next.value };
      yielded.push(next.value);
    } catch (failure) {
      return { yielded, failure };
    }
  }
}

describe('reporting', () => {
  it('yields every report in order, and returns the result', async () => {
    const work = async (report: (n: number) => void) => {
      report(1);
      report(2);
      await turn();
      report(3);
      await turn();
      await turn();
      report(4);
      return 'done';
    };
    assert.deepEqual(await drain(reporting(work)), { yielded: [1, 2, 3, 4], result: 'done' });
  });

  it('yields reports while the work continues', async () => {
    let finish = (_: string) => undefined as void;
    const generator = reporting(async (report: (n: number) => void) => {
      await turn();
      report(1);
      return new Promise<string>((resolve) => (finish = resolve));
    });
    assert.deepEqual(await generator.next(), { done: false, value: 1 });
    const end = generator.next();
    finish('late');
    assert.deepEqual(await end, { done: true, value: 'late' });
  });

  it('keeps reports that arrive while nobody reads', async () => {
    const generator = reporting(async (report: (n: number) => void) => {
      for (let n = 0; n < 5; n++) {
        report(n);
        await turn();
      }
    });
    assert.deepEqual(await generator.next(), { done: false, value: 0 });
    for (let i = 0; i < 10; i++) await turn();
    assert.deepEqual((await drain(generator)).yielded, [1, 2, 3, 4]);
  });

  it('returns immediately from work without reports', async () => {
    const silent = reporting(() => Promise.resolve(7));
    assert.deepEqual(await drain(silent), { yielded: [], result: 7 });
  });

  it('yields the reports before a failure, then fails', async () => {
    const failure = new Error('no');
    const generator = reporting(async (report: (n: number) => void) => {
      report(1);
      await turn();
      report(2);
      throw failure;
    });
    assert.deepEqual(await drain(generator), { yielded: [1, 2], failure });
  });

  it('does not leave a failure unhandled when its reader has gone', async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', listen);
    try {
      const generator = reporting(async (report: (n: number) => void): Promise<void> => {
        report(1);
        await turn();
        throw new Error('nobody reads this');
      });
      await generator.next();
      await generator.return();
      for (let i = 0; i < 5; i++) await turn();
      assert.deepEqual(unhandled, []);
    } finally {
      process.off('unhandledRejection', listen);
    }
  });

  it('starts no work before the first read', async () => {
    let started = false;
    const generator = reporting(() => {
      started = true;
      return Promise.resolve();
    });
    await turn();
    assert.equal(started, false);
    await generator.next();
    assert.equal(started, true);
  });
});
