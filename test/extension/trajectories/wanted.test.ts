import assert from 'node:assert/strict';
import { placesOf } from '../../../src/extension/trajectories/wanted';

const RUN = '/lab/a/runs/1';

describe('what trajectories are wanted of', () => {
  it('is read from folders of runs, items of a tree, and files', () => {
    const run = { experiment: '/lab/a', run: RUN };
    assert.deepEqual(placesOf({ runs: [RUN, '/lab/b/runs/2'] }), [
      run,
      { experiment: '/lab/b', run: '/lab/b/runs/2' },
    ]);
    assert.deepEqual(placesOf({ experiment: '/lab/a' }), [{ experiment: '/lab/a' }]);
    assert.deepEqual(placesOf({ experiment: '/lab/a', run: RUN }), [run]);
    assert.deepEqual(placesOf({ fsPath: '/lab/a/experiment.json' }), [{ experiment: '/lab/a' }]);
  });

  it('is all that is selected, each once', () => {
    const items = [{ experiment: '/lab/a', run: RUN }, { experiment: '/lab/b' }];
    assert.deepEqual(placesOf(items[0], [...items, items[0]]), items);
  });

  it('is nothing where nothing is meant', () => {
    for (const argument of [undefined, null, 3, {}, [], { runs: [] }]) {
      assert.deepEqual(placesOf(argument), [], JSON.stringify(argument));
    }
  });
});
