import assert from 'node:assert/strict';
import path from 'node:path';
import { isWithin, targetOf, targetsOf } from '../../../src/extension/experiments/commandTarget';

const EXPERIMENT = path.resolve('/work', 'my experiments', 'NonLinear0');
const RUN = path.join(EXPERIMENT, 'runs', '20261124-101500');

describe('targetOf', () => {
  it('reads an experiment from the path or URI of its folder or file', () => {
    const file = path.join(EXPERIMENT, 'experiment.json');
    for (const argument of [EXPERIMENT, `${EXPERIMENT}${path.sep}`, file]) {
      assert.deepEqual(targetOf(argument), { experiment: EXPERIMENT }, argument);
      assert.deepEqual(targetOf({ fsPath: argument, scheme: 'file' }), { experiment: EXPERIMENT });
      assert.deepEqual(targetOf({ experiment: argument }), { experiment: EXPERIMENT });
    }
    assert.deepEqual(targetOf({ folder: EXPERIMENT }), { experiment: EXPERIMENT });
  });

  it('reads a run from its folder, with or without its experiment', () => {
    const target = { experiment: EXPERIMENT, run: RUN };
    assert.deepEqual(targetOf(RUN), target);
    assert.deepEqual(targetOf({ fsPath: RUN }), target);
    assert.deepEqual(targetOf({ experiment: EXPERIMENT, run: RUN, source: 'tree' }), target);
    assert.deepEqual(targetOf({ runs: [RUN] }), target);
  });

  it('reads the first of several items', () => {
    assert.deepEqual(targetOf([{ experiment: EXPERIMENT }, { run: RUN }]), {
      experiment: EXPERIMENT,
    });
  });

  it('reads an experiment whose folder is called runs', () => {
    const inRuns = path.resolve('/runs');
    assert.deepEqual(targetOf(inRuns), { experiment: inRuns });
  });

  it('is undefined for an argument without a target', () => {
    for (const nothing of [undefined, null, '', 7, {}, [], { run: 1 }, { experiment: null }]) {
      assert.equal(targetOf(nothing), undefined, JSON.stringify(nothing));
    }
  });
});

describe('targetsOf', () => {
  const run = { experiment: EXPERIMENT, run: RUN };

  it('reads folders of runs, items of the tree and URIs', () => {
    const other = path.resolve('/work', 'b');
    assert.deepEqual(targetsOf({ runs: [RUN, path.join(other, 'runs', '2')] }), [
      run,
      { experiment: other, run: path.join(other, 'runs', '2') },
    ]);
    assert.deepEqual(targetsOf({ experiment: EXPERIMENT }), [{ experiment: EXPERIMENT }]);
    assert.deepEqual(targetsOf(run), [run]);
    assert.deepEqual(targetsOf({ fsPath: path.join(EXPERIMENT, 'experiment.json') }), [
      { experiment: EXPERIMENT },
    ]);
  });

  it('returns each selected item once', () => {
    const items = [run, { experiment: path.resolve('/work', 'b') }];
    assert.deepEqual(targetsOf(items[0], [...items, items[0]]), items);
  });

  it('is empty for an argument without a target', () => {
    for (const argument of [undefined, null, 3, {}, [], { runs: [] }]) {
      assert.deepEqual(targetsOf(argument), [], JSON.stringify(argument));
    }
  });
});

describe('isWithin', () => {
  it('compares path segments, not string prefixes', () => {
    const folder = path.resolve('/lab', 'NonLinear1');
    assert.ok(isWithin(folder, path.join(folder, 'experiment.json')));
    assert.ok(isWithin(folder, path.join(folder, 'a', '..b')));
    assert.ok(!isWithin(folder, path.resolve('/lab', 'NonLinear10', 'experiment.json')));
    assert.ok(!isWithin(folder, path.resolve('/lab', 'experiment.json')));
    assert.ok(!isWithin(folder, folder));
  });
});
