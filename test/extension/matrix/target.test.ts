import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ExperimentEntry } from '../../../src/extension/experiments/experimentIndex';
import { partOf, runOf } from '../../../src/extension/matrix/target';

const run = (id: string, state: string): unknown => ({ id, folder: `/w/e/runs/${id}`, state });

function entryOf(...runs: unknown[]): ExperimentEntry {
  return { folder: '/w/e', file: '/w/e/experiment.json', name: 'e', runs } as ExperimentEntry;
}

describe('the argument of the command for matrices', () => {
  it('may name a checkpoint, a layer and a neuron', () => {
    const none = { checkpoint: undefined, layer: undefined, unit: undefined };
    assert.deepEqual(partOf('/w/e'), {});
    assert.deepEqual(partOf(undefined), {});
    const part = { checkpoint: '1-dense/training/2', layer: 1, unit: 0 };
    assert.deepEqual(partOf({ experiment: '/w/e', ...part }), part);
    assert.deepEqual(partOf([{ ...none, layer: 2 }, part]), { ...none, layer: 2 });
  });

  it('is validated', () => {
    fc.assert(
      fc.property(fc.anything(), (argument) => {
        const { checkpoint, layer, unit } = partOf(argument);
        assert.ok(checkpoint === undefined || typeof checkpoint === 'string');
        for (const index of [layer, unit]) {
          assert.ok(index === undefined || (Number.isInteger(index) && index >= 0));
        }
      }),
    );
  });

  it('selects the named run, else the newest finished or active one', () => {
    const entry = entryOf(run('4', 'damaged'), run('3', 'unfinished'), run('2', 'finished'));
    assert.equal(runOf(entry, undefined), '/w/e/runs/2');
    assert.equal(
      runOf(entryOf(run('9', 'running'), run('2', 'finished')), undefined),
      '/w/e/runs/9',
    );
    assert.equal(runOf(entryOf(run('3', 'unfinished')), undefined), '/w/e/runs/3');
    assert.equal(runOf(entryOf(), undefined), undefined);
    assert.equal(runOf(entry, '/w/e/runs/3'), '/w/e/runs/3');
    assert.equal(runOf(entry, '/w/e/runs/gone'), undefined);
  });
});
