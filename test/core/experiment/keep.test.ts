import assert from 'node:assert/strict';
import { isNeeded, keptOf } from '../../../src/core/experiment/keep';
import type { Leg } from '../../../src/core/experiment/plan';
import { eventsOf, ofType, rowsOf, tiny } from './tinyExperiment';

const DENSE: Leg = { seed: 42, arm: 'dense', requested: null };

describe('what a run keeps', () => {
  it('is nothing, the ends of stages, or every epoch, of matrices and of weights', () => {
    const specification = tiny({ keep: { attributions: 'stages', specimens: 'none' } });
    const { epochs } = specification.training;
    const attributions = Array.from({ length: epochs + 1 }, (_, epoch) => {
      const { attribution, specimen } = keptOf(specification, DENSE, epoch);
      assert.equal(specimen, false);
      return attribution;
    });
    assert.deepEqual(
      attributions.flatMap((kept, epoch) => (kept ? [epoch] : [])),
      [0, epochs],
    );
    const all = tiny({ keep: { attributions: 'none', specimens: 'epochs' } });
    assert.deepEqual(keptOf(all, DENSE, 1), { attribution: false, specimen: true });
  });

  it('does not decide about the last of a leg, which others start from', () => {
    const specification = tiny({ keep: { attributions: 'none', specimens: 'none' } });
    const { epochs } = specification.training;
    assert.equal(isNeeded(specification, DENSE, 0), false);
    assert.equal(isNeeded(specification, DENSE, epochs), true);
  });

  it('is all that a run hands out, while it measures every epoch', async () => {
    const kept = await eventsOf(tiny({ keep: { attributions: 'stages', specimens: 'stages' } }));
    const every = await eventsOf(tiny({ keep: { attributions: 'epochs', specimens: 'none' } }));
    assert.deepEqual(rowsOf(kept), rowsOf(every));
    assert.equal(ofType(every, 'checkpoint-ready').length, rowsOf(every).length);
    const given = ofType(kept, 'checkpoint-ready').map(({ checkpoint }) => checkpoint);
    assert.ok(given.length < rowsOf(kept).length);
    // Each is as it was when it was measured, whatever was measured in its memory later.
    const matrices = new Map(
      ofType(every, 'checkpoint-ready').map(({ checkpoint: { leg, epoch, attribution } }) => [
        JSON.stringify([leg, epoch]),
        attribution.values,
      ]),
    );
    for (const { leg, epoch, attribution } of given) {
      assert.deepEqual(attribution.values, matrices.get(JSON.stringify([leg, epoch])));
    }
  });
});
