import assert from 'node:assert/strict';
import type { MetricsRow } from '../../../src/core/experiment/metricsRow';
import { outcomesOf, summariseArms } from '../../../src/core/experiment/summary';
import { armsRows, armsSpecification } from './armsRun';

describe('summary of a run with named arms', () => {
  const specification = armsSpecification();
  let rows: MetricsRow[] = [];
  before(async () => {
    rows = await armsRows(specification);
  });
  const outcome = (arm: string, seed = 1): ReturnType<typeof outcomesOf>[number] => {
    const found = outcomesOf(rows, specification).find(
      (one) => one.arm === arm && one.seed === seed,
    );
    assert.ok(found, arm);
    return found;
  };

  it('has every arm of every seed in the order of the specification', () => {
    const names = ['control', 'magnitude', 'scratch', 'drop', 'drop-magnitude', 'imp', 'snip'];
    assert.deepEqual(
      outcomesOf([...rows].reverse(), specification).map(({ seed, arm }) => `${seed} ${arm}`),
      [2, 1].flatMap((seed) => names.map((name) => `${seed} ${name}`)),
    );
  });

  it('gives arms that train alike the same trained specimen, and others none', () => {
    assert.equal(outcome('control').trained?.epoch, 3);
    assert.equal(outcome('magnitude').trained, outcome('control').trained);
    assert.equal(outcome('imp').trained, outcome('control').trained);
    assert.equal(outcome('drop-magnitude').trained?.arm, 'drop');
    assert.equal(outcome('scratch').trained, undefined);
    assert.equal(outcome('snip').trained, undefined);
  });

  it('joins the steps of an arm: before the first, after the last', () => {
    const [{ requested, before, after }, ...others] = outcome('imp').pruned;
    assert.deepEqual(others, []);
    assert.equal(requested, 0.5);
    assert.deepEqual([before.step, before.epoch, before.phase], [1, 0, 'pruned']);
    assert.deepEqual([after.step, after.phase], [3, 'retraining']);
    const last = rows.filter(({ seed, step }) => seed === 1 && step === 3);
    assert.equal(after, last.at(-1));
  });

  it('gives programs one object per arm, null where nothing was trained', () => {
    const [{ seed, arms }, ...others] = summariseArms(rows, specification);
    assert.equal(seed, 1);
    assert.equal(others.length, 1);
    assert.equal(arms.scratch.trained, null);
    assert.equal(arms.magnitude.trained?.relative, arms.control.trained?.relative);
    assert.deepEqual(
      arms.magnitude.pruned.map(({ requested }) => requested),
      [0.25, 0.5],
    );
    assert.equal(arms.imp.pruned[0].step, 3);
    assert.equal(arms.imp.pruned[0].weightRatio, 0.5);
  });
});
