import assert from 'node:assert/strict';
import { Pacer, Stopped } from '../../../src/core/stop';
import { nodePace } from '../../../src/node/files/eventLoop';

describe('the pace of work in Node', () => {
  it('lets timers have their turn, which a promise alone does not', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const pace = nodePace();
    const end = Date.now() + 50;
    while (Date.now() < end) await Promise.resolve();
    assert.equal(ticks, 0);
    while (ticks < 3) await pace.yieldToEventLoop();
    clearInterval(timer);
  });

  it('stops work by a signal that comes while it is going on', async () => {
    const controller = new AbortController();
    const pacer = new Pacer(nodePace(controller.signal));
    setTimeout(() => controller.abort(), 5);
    await assert.rejects(async () => {
      for (;;) await pacer.spend(1e9);
    }, Stopped);
  });

  it('never stops work without a signal', () => {
    assert.equal(nodePace().signal, undefined);
  });
});
