import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ExperimentEntry } from '../../../src/extension/experiments/experimentIndex';
import { runOf, wantedOf } from '../../../src/extension/matrix/target';

const run = (id: string, state: string): unknown => ({ id, folder: `/w/e/runs/${id}`, state });

function entryOf(...runs: unknown[]): ExperimentEntry {
  return { folder: '/w/e', file: '/w/e/experiment.json', name: 'e', runs } as ExperimentEntry;
}

describe('what the command of the matrices is given', () => {
  it('may be a path, a Uri, a selection or an item of the tree', () => {
    const none = { run: undefined, checkpoint: undefined, layer: undefined, unit: undefined };
    assert.deepEqual(wantedOf('/w/e'), { location: '/w/e' });
    assert.deepEqual(wantedOf(undefined), {});
    assert.equal(wantedOf({ fsPath: '/w/e/experiment.json' }).location, '/w/e/experiment.json');
    assert.deepEqual(wantedOf({ folder: '/w/e' }), { ...none, location: '/w/e' });
    assert.equal(wantedOf({ entry: { folder: '/w/e' } }).location, '/w/e');
    const selection = {
      experiment: '/w/e',
      run: '/w/e/runs/1',
      checkpoint: 'c',
      layer: 1,
      unit: 0,
    };
    const { experiment, ...rest } = selection;
    assert.deepEqual(wantedOf(selection), { ...rest, location: experiment });
    assert.equal(wantedOf({ run: '/w/e/runs/1' }).location, '/w/e/runs/1');
  });

  it('is never trusted', () => {
    fc.assert(
      fc.property(fc.anything(), (argument) => {
        const { location, layer, unit } = wantedOf(argument);
        assert.ok(location === undefined || typeof location === 'string');
        for (const index of [layer, unit]) {
          assert.ok(index === undefined || (Number.isInteger(index) && index >= 0));
        }
      }),
    );
  });

  it('shows the newest run that has something', () => {
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
