import assert from 'node:assert/strict';
import { UNPACED, Stopped } from '../../../../src/core/stop';
import type { Conformance } from '../conformance';
import { taskOf, train } from '../tasks';
import { assertLikeReference } from './training';

export function stops(suite: Conformance): void {
  const { engine } = suite;
  const long = taskOf({ widths: [8, 64, 64, 2], samples: 64 * 500, batchSize: 64, epochs: 1 });

  it('happens within an epoch, at the first yield after the signal', async () => {
    const controller = new AbortController();
    let yields = 0;
    const pace = {
      signal: controller.signal,
      yieldToEventLoop: () => {
        yields++;
        controller.abort();
        return Promise.resolve();
      },
    };
    const results: unknown[] = [];
    await assert.rejects(async () => {
      for await (const result of engine().train([long], pace)) results.push(result);
    }, Stopped);
    assert.deepEqual([results.length, yields], [0, 1]);
  });

  it('happens between epochs, and before the first', async () => {
    const task = taskOf({ widths: [3, 4, 2], epochs: 100 });
    for (const last of [0, 2]) {
      const controller = new AbortController();
      if (last === 0) controller.abort();
      let seen = 0;
      const pace = { ...UNPACED, signal: controller.signal };
      await assert.rejects(async () => {
        for await (const { epoch } of engine().train([task], pace)) {
          seen = epoch;
          if (epoch === last) controller.abort();
        }
      }, Stopped);
      assert.equal(seen, last);
    }
  });

  it('happens within a prediction', async () => {
    const controller = new AbortController();
    controller.abort();
    const { layout, parameters } = taskOf({ widths: [50, 100, 100, 2] });
    const inputs = new Float32Array(32768 * 50);
    const pace = { ...UNPACED, signal: controller.signal };
    await assert.rejects(engine().predict({ layout, parameters }, inputs, pace), Stopped);
  });

  it('leaves the engine ready for the next task', async () => {
    const iterator = engine().train([taskOf({ widths: [3, 4, 2] })], UNPACED);
    await iterator.next();
    await iterator.return();
    await assertLikeReference(suite, taskOf({ widths: [3, 4, 2] }));
  });
}

export function keepsItsHandsOff({ engine }: Conformance): void {
  it('finds its parameters and data unchanged', async () => {
    const task = taskOf({ widths: [3, 5, 2], dropout: 0.5 });
    const { parameters, data } = task;
    const before = [parameters.slice(), data.inputs.slice(), data.targets.slice()];
    await train(engine(), [task, task]);
    await engine().predict({ layout: task.layout, parameters }, data.inputs, UNPACED);
    assert.deepEqual([parameters, data.inputs, data.targets], before);
  });

  it('may change the results', async () => {
    const task = taskOf({ widths: [3, 5, 2] });
    const untouched = await train(engine(), [task, task]);
    const touched: Float32Array[] = [];
    for await (const { parameters, stepLosses } of engine().train([task, task], UNPACED)) {
      touched.push(parameters.slice());
      parameters.fill(NaN);
      stepLosses.fill(NaN);
    }
    assert.deepEqual(
      touched,
      untouched.map(({ parameters }) => parameters),
    );
  });
}
