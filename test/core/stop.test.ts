import assert from 'node:assert/strict';
import { AT_ONCE, OPERATIONS_PER_YIELD, Pacer, Stopped, throwIfStopped } from '../../src/core/stop';

describe('throwIfStopped', () => {
  it('throws once the signal is set, and only then', () => {
    const controller = new AbortController();
    throwIfStopped(undefined);
    throwIfStopped(controller.signal);
    controller.abort();
    assert.throws(() => throwIfStopped(controller.signal), Stopped);
  });

  it('throws what can be told from a failure by its name', () => {
    assert.equal(new Stopped().name, 'Stopped');
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

  it('yields each time that enough work has come together', async () => {
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

  it('passes on what goes wrong while it yields', async () => {
    const pacer = new Pacer({ yieldToEventLoop: () => Promise.reject(new Error('no turn')) });
    await assert.rejects(pacer.spend(OPERATIONS_PER_YIELD), /no turn/);
  });

  it('needs no signal', async () => {
    await new Pacer(AT_ONCE).spend(3 * OPERATIONS_PER_YIELD);
  });
});
