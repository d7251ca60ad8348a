import assert from 'node:assert/strict';
import {
  AT_ONCE,
  OPERATIONS_PER_BREATH,
  Pacer,
  Stopped,
  throwIfStopped,
} from '../../src/core/stop';

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
    const breaths = { count: 0, onBreath: () => undefined as void };
    const breathe = () => {
      breaths.count++;
      breaths.onBreath();
      return Promise.resolve();
    };
    return { breaths, controller, pacer: new Pacer({ signal: controller.signal, breathe }) };
  }

  it('breathes each time that enough work has come together', async () => {
    const { breaths, pacer } = counted();
    await pacer.spend(OPERATIONS_PER_BREATH - 1);
    assert.equal(breaths.count, 0);
    await pacer.spend(1);
    assert.equal(breaths.count, 1);
    await pacer.spend(OPERATIONS_PER_BREATH / 2);
    assert.equal(breaths.count, 1);
    await pacer.spend(OPERATIONS_PER_BREATH / 2);
    assert.equal(breaths.count, 2);
  });

  it('breathes once for work of any size, and then counts from 0', async () => {
    const { breaths, pacer } = counted();
    await pacer.spend(10 * OPERATIONS_PER_BREATH);
    await pacer.spend(OPERATIONS_PER_BREATH - 1);
    assert.equal(breaths.count, 1);
  });

  it('stops without breathing when the signal is set before', async () => {
    const { breaths, controller, pacer } = counted();
    controller.abort();
    await pacer.spend(1);
    await assert.rejects(pacer.spend(OPERATIONS_PER_BREATH), Stopped);
    assert.equal(breaths.count, 0);
  });

  it('stops after a breath in which the signal was set', async () => {
    const { breaths, controller, pacer } = counted();
    breaths.onBreath = () => controller.abort();
    await assert.rejects(pacer.spend(OPERATIONS_PER_BREATH), Stopped);
    assert.equal(breaths.count, 1);
  });

  it('passes on what goes wrong in a breath', async () => {
    const pacer = new Pacer({ breathe: () => Promise.reject(new Error('no air')) });
    await assert.rejects(pacer.spend(OPERATIONS_PER_BREATH), /no air/);
  });

  it('needs no signal', async () => {
    await new Pacer(AT_ONCE).spend(3 * OPERATIONS_PER_BREATH);
  });
});
