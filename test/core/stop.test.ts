import assert from 'node:assert/strict';
import {
  UNPACED,
  onStop,
  OPERATIONS_PER_YIELD,
  Pacer,
  concurrently,
  Stopped,
  StopSource,
  throwIfStopped,
  type StopSignal,
} from '../../src/core/stop';

describe('throwIfStopped', () => {
  it('throws once the signal is set, and only then', () => {
    const controller = new AbortController();
    throwIfStopped(undefined);
    throwIfStopped(controller.signal);
    controller.abort();
    assert.throws(() => throwIfStopped(controller.signal), Stopped);
  });

  it('throws an error whose name distinguishes it from a failure', () => {
    assert.equal(new Stopped().name, 'Stopped');
  });
});

describe('onStop', () => {
  const signals: Record<string, () => { signal: StopSignal; stop: () => void }> = {
    'an AbortSignal': () => {
      const controller = new AbortController();
      return { signal: controller.signal, stop: () => controller.abort() };
    },
    'a StopSource': () => {
      const signal = new StopSource();
      return { signal, stop: () => signal.stop() };
    },
    'a StopSource that follows another': () => {
      const followed = new StopSource();
      return { signal: new StopSource(followed), stop: () => followed.stop() };
    },
  };
  for (const [name, make] of Object.entries(signals)) {
    it(`is called by ${name}, once and in the same turn`, () => {
      const { signal, stop } = make();
      let heard = 0;
      onStop(signal, () => heard++);
      const end = onStop(signal, () => assert.fail('it listens no more'));
      end();
      assert.equal(heard, 0);
      stop();
      stop();
      assert.equal(heard, 1);
      assert.equal(signal.aborted, true);
    });

    it(`is called immediately by ${name} that is already set`, () => {
      const { signal, stop } = make();
      stop();
      let heard = 0;
      onStop(signal, () => heard++);
      assert.equal(heard, 1);
    });
  }

  it('never calls without a signal', () => {
    onStop(undefined, () => assert.fail())();
  });
});

describe('StopSource', () => {
  it('is set with a flag that has no listeners', () => {
    const flag = { aborted: false, addEventListener: () => {}, removeEventListener: () => {} };
    const source = new StopSource(flag);
    assert.equal(source.aborted, false);
    flag.aborted = true;
    assert.equal(source.aborted, true);
  });

  it('leaves no listener behind once it is disposed of', () => {
    const listeners = new Set<() => void>();
    const followed: StopSignal = {
      aborted: false,
      addEventListener: (_, listener) => void listeners.add(listener),
      removeEventListener: (_, listener) => void listeners.delete(listener),
    };
    const source = new StopSource(followed);
    assert.equal(listeners.size, 1);
    source.dispose();
    assert.equal(listeners.size, 0);
  });
});

describe('concurrently', () => {
  it('stops the other task in the same turn if one fails, and throws the first error', async () => {
    let told = false;
    const work = concurrently(
      UNPACED,
      () => Promise.reject(new Error('first')),
      ({ signal }) =>
        new Promise<void>((_, reject) => {
          onStop(signal, () => {
            told = true;
            reject(new Stopped());
          });
        }),
    );
    await assert.rejects(work, /first/);
    assert.ok(told);
  });

  it('returns both results', async () => {
    const [a, b] = await concurrently(
      UNPACED,
      () => Promise.resolve(1),
      () => Promise.resolve('b'),
    );
    assert.deepEqual([a, b], [1, 'b']);
  });
});

describe('Pacer', () => {
  function counted() {
    const controller = new AbortController();
    const yields = { count: 0, onYield: () => undefined as void };
    const yieldToEventLoop = () => {
      yields.count++;
      yields.onYield();
      return Promise.resolve();
    };
    return {
      yields,
      controller,
      pacer: new Pacer({ signal: controller.signal, yieldToEventLoop }),
    };
  }

  it('yields whenever enough work has accumulated', async () => {
    const { yields, pacer } = counted();
    await pacer.spend(OPERATIONS_PER_YIELD - 1);
    assert.equal(yields.count, 0);
    await pacer.spend(1);
    assert.equal(yields.count, 1);
    await pacer.spend(OPERATIONS_PER_YIELD / 2);
    assert.equal(yields.count, 1);
    await pacer.spend(OPERATIONS_PER_YIELD / 2);
    assert.equal(yields.count, 2);
  });

  it('yields once for work of any size, and then counts from 0', async () => {
    const { yields, pacer } = counted();
    await pacer.spend(10 * OPERATIONS_PER_YIELD);
    await pacer.spend(OPERATIONS_PER_YIELD - 1);
    assert.equal(yields.count, 1);
  });

  it('stops without yielding when the signal is set before', async () => {
    const { yields, controller, pacer } = counted();
    controller.abort();
    await pacer.spend(1);
    await assert.rejects(pacer.spend(OPERATIONS_PER_YIELD), Stopped);
    assert.equal(yields.count, 0);
  });

  it('stops after a yield in which the signal was set', async () => {
    const { yields, controller, pacer } = counted();
    yields.onYield = () => controller.abort();
    await assert.rejects(pacer.spend(OPERATIONS_PER_YIELD), Stopped);
    assert.equal(yields.count, 1);
  });

  it('propagates errors that occur while it yields', async () => {
    const pacer = new Pacer({ yieldToEventLoop: () => Promise.reject(new Error('no turn')) });
    await assert.rejects(pacer.spend(OPERATIONS_PER_YIELD), /no turn/);
  });

  it('needs no signal', async () => {
    await new Pacer(UNPACED).spend(3 * OPERATIONS_PER_YIELD);
  });
});
