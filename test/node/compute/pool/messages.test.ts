import assert from 'node:assert/strict';
import { LegRunner, type LegEvent } from '../../../../src/core/experiment/legs';
import { planSeed } from '../../../../src/core/experiment/plan';
import { typescriptEngine } from '../../../../src/core/engine/typescript/typescriptEngine';
import { UNPACED } from '../../../../src/core/stop';
import { packEvent, unpackEvent } from '../../../../src/node/compute/pool/messages';
import { contextOf, tiny } from '../../../core/experiment/tinyExperiment';

describe('packed events', () => {
  it('are restored to the last bit', async () => {
    const specification = tiny();
    const runner = new LegRunner(contextOf(specification), typescriptEngine());
    const events: LegEvent[] = [];
    const tasks = planSeed(specification, 1).training.map((leg) => ({ leg }));
    for await (const event of runner.run(tasks, UNPACED)) events.push(event);
    assert.ok(events.some(({ type }) => type === 'epoch-measured'));
    for (const event of events) assert.deepEqual(unpackEvent(packEvent(event)), event);
  });
});
