import assert from 'node:assert/strict';
import path from 'node:path';
import { isWithin, placeOf } from '../../../src/extension/experiments/commandTarget';

const EXPERIMENT = path.resolve('/work', 'my experiments', 'NonLinear0');
const RUN = path.join(EXPERIMENT, 'runs', '20261124-101500');

describe('what an argument of a command means', () => {
  it('is an experiment by its folder, its file or an address of either', () => {
    const file = path.join(EXPERIMENT, 'experiment.json');
    for (const argument of [EXPERIMENT, `${EXPERIMENT}${path.sep}`, file]) {
      assert.deepEqual(placeOf(argument), { experiment: EXPERIMENT }, argument);
      assert.deepEqual(placeOf({ fsPath: argument, scheme: 'file' }), { experiment: EXPERIMENT });
      assert.deepEqual(placeOf({ experiment: argument }), { experiment: EXPERIMENT });
    }
    assert.deepEqual(placeOf({ folder: EXPERIMENT }), { experiment: EXPERIMENT });
  });

  it('is a run by its folder, alone or beside its experiment', () => {
    const place = { experiment: EXPERIMENT, run: RUN };
    assert.deepEqual(placeOf(RUN), place);
    assert.deepEqual(placeOf({ fsPath: RUN }), place);
    assert.deepEqual(placeOf({ experiment: EXPERIMENT, run: RUN, source: 'tree' }), place);
    assert.deepEqual(placeOf({ runs: [RUN] }), place);
  });

  it('is the first of several', () => {
    assert.deepEqual(placeOf([{ experiment: EXPERIMENT }, { run: RUN }]), {
      experiment: EXPERIMENT,
    });
  });

  it('is an experiment where a folder happens to be called runs', () => {
    const inRuns = path.resolve('/runs');
    assert.deepEqual(placeOf(inRuns), { experiment: inRuns });
  });

  it('is nothing where there is nothing', () => {
    for (const nothing of [undefined, null, '', 7, {}, [], { run: 1 }, { experiment: null }]) {
      assert.equal(placeOf(nothing), undefined, JSON.stringify(nothing));
    }
  });
});

describe('whether a file is within a folder', () => {
  it('is told by folders, not by how the paths begin', () => {
    const folder = path.resolve('/lab', 'NonLinear1');
    assert.ok(isWithin(folder, path.join(folder, 'experiment.json')));
    assert.ok(isWithin(folder, path.join(folder, 'a', '..b')));
    assert.ok(!isWithin(folder, path.resolve('/lab', 'NonLinear10', 'experiment.json')));
    assert.ok(!isWithin(folder, path.resolve('/lab', 'experiment.json')));
    assert.ok(!isWithin(folder, folder));
  });
});
