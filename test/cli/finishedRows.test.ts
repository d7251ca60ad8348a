import assert from 'node:assert/strict';
import { finishedRows } from '../../src/cli/finishedRows';
import { experimentSchema } from '../../src/core/experiment/specification';
import { exampleRow as row } from '../core/experiment/exampleRow';
import { TINY } from './workshop';

describe('rows of finished legs', () => {
  // 3 epochs of training, 2 of retraining.
  const specification = experimentSchema.parse(TINY);
  const trained = [0, 1, 2, 3].map((epoch) => row({ epoch }));
  const retrained = [0, 1].map((epoch) => row({ epoch, requested: 0.3 }));

  it('exclude a leg that is still being trained', () => {
    assert.deepEqual(finishedRows([...trained, ...retrained], specification), trained);
  });

  it('are all rows of a finished run', () => {
    const all = [...trained, ...retrained, row({ epoch: 2, requested: 0.3 })];
    assert.deepEqual(finishedRows(all, specification), all);
  });
});
