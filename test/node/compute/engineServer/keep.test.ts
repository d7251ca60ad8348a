import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseSpecification } from '../../../../src/core/experiment/parse';
import type { Experiment } from '../../../../src/node/experiments/openExperiment';
import {
  attributionBytes,
  AUTOMATIC_BYTES,
  keepOf,
} from '../../../../src/node/compute/engineServer/keep';
import { checkKept } from '../../../../src/node/runStore/merge';

function experiment(changes: object = {}): Experiment {
  const text = JSON.stringify({
    name: 'Tiny',
    features: { count: 10 },
    data: { samples: 100, inputs: 4 },
    specimen: { hidden: [6, 4] },
    training: { epochs: 5 },
    pruning: { ratios: [0, 0.5], retraining: { epochs: 3 } },
    ...changes,
  });
  return { folder: '/e', file: '/e/experiment.json', specification: parseSpecification(text, 'e') };
}

describe("what a run keeps by the user's choice", () => {
  it('is what the specification says, where that is chosen', async () => {
    const keep = { attributions: 'none' };
    assert.equal(await keepOf('specification', experiment({ keep })), undefined);
  });

  it('leaves weights to the specification', async () => {
    const opened = experiment({ keep: { attributions: 'none', specimens: 'none' } });
    for (const attributions of ['stages', 'epochs'] as const) {
      assert.deepEqual(await keepOf(attributions, opened), { attributions, specimens: 'none' });
    }
  });

  it('is every epoch, unasked, where all matrices together are small', async () => {
    assert.deepEqual(await keepOf('auto', experiment()), {
      attributions: 'epochs',
      specimens: 'stages',
    });
    assert.equal(
      await keepOf(
        'auto',
        experiment({ specimen: { hidden: [64, 64] }, training: { epochs: 20_000 } }),
      ),
      undefined,
    );
  });

  it('respects a specification that keeps none or all', async () => {
    for (const attributions of ['none', 'epochs']) {
      assert.equal(await keepOf('auto', experiment({ keep: { attributions } })), undefined);
    }
  });

  it('counts the bytes of every matrix that a run keeps', async () => {
    const { specification } = experiment();
    const keep = await keepOf('auto', experiment());
    assert.ok(keep);
    // Epochs 0 to 5, and of both ratios 0 to 3; 10 neurons, 10 features.
    assert.equal(attributionBytes({ ...specification, keep }, 10), (6 + 2 * 4) * 10 * 10 * 4);
    assert.equal(attributionBytes(specification, 10), (2 + 2 * 2) * 10 * 10 * 4);
  });

  it('is small, and never makes a run refuse to start', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 50 }),
        async (epochs, seeds, hidden, count) => {
          const opened = experiment({
            seeds: Array.from({ length: seeds }, (_, seed) => seed),
            features: { count },
            data: { samples: 100, inputs: count },
            specimen: { hidden },
            training: { epochs },
          });
          const keep = await keepOf('auto', opened);
          if (!keep) return;
          const specification = { ...opened.specification, keep };
          checkKept(specification);
          assert.ok(attributionBytes(specification, count) <= AUTOMATIC_BYTES);
        },
      ),
    ));
});
