import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import type { ExperimentEvent } from '../../../../src/core/experiment/events';
import { layoutOf } from '../../../../src/core/network/layout';
import { Outbox } from '../../../../src/node/compute/engineServer/outbox';
import type { LiveEvent } from '../../../../src/core/experiment/events';

const warning = (n: number): ExperimentEvent => ({ type: 'warning', message: String(n) });

describe('the outbox of a run', () => {
  it('batches events, and keeps their order', async () => {
    const sent: LiveEvent[][] = [];
    const outbox = new Outbox((events) => void sent.push([...events]));
    for (let n = 0; n < 1000; n++) outbox.put(warning(n));
    assert.equal(sent.length, 0);
    while (sent.length === 0) await setTimeout(5);
    outbox.put(warning(1000));
    outbox.flush();
    assert.deepEqual(
      sent.map((batch) => batch.length),
      [1000, 1],
    );
    assert.deepEqual(
      sent.flat(),
      Array.from({ length: 1001 }, (_, n) => warning(n)),
    );
  });

  it('sends nothing if it is empty, and nothing twice', async () => {
    let sent = 0;
    const outbox = new Outbox(() => sent++);
    outbox.flush();
    assert.equal(sent, 0);
    outbox.put(warning(1));
    outbox.flush();
    await setTimeout(120);
    assert.equal(sent, 1);
  });

  it('announces a checkpoint without its weights and its matrix', () => {
    const sent: LiveEvent[] = [];
    const outbox = new Outbox((events) => void sent.push(...events));
    const leg = { seed: 42, arm: 'dense', requested: 0.5 } as const;
    const layout = layoutOf([2, 3, 1], 'relu');
    outbox.put({
      type: 'checkpoint-ready',
      checkpoint: {
        leg,
        phase: 'retraining',
        epoch: 3,
        specimen: { layout, parameters: new Float32Array(13), units: [[0, 1, 2]] },
        attribution: {
          neurons: 3,
          features: 1,
          values: new Float64Array(3),
          rows: 'pre-activation',
          layers: [{ layer: 0, start: 0, end: 3 }],
          units: Uint32Array.of(0, 1, 2),
          featureNames: ['f0'],
          completenessError: 0,
        },
      },
    });
    outbox.flush();
    const checkpoint = { leg, phase: 'retraining', epoch: 3 };
    assert.deepEqual(sent, [{ type: 'checkpoint-ready', checkpoint }]);
  });
});
