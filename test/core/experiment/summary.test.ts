import assert from 'node:assert/strict';
import fc from 'fast-check';
import { outcomesOf, spreadOf, summariseRows } from '../../../src/core/experiment/summary';
import { MEASURES } from '../../../src/core/measures/table';
import { exampleRow as row } from './exampleRow';

const DENSE = [
  row(),
  row({ phase: 'training', epoch: 1, trainLoss: 0.4 }),
  row({
    phase: 'training',
    epoch: 2,
    trainLoss: 0.3,
    testLoss: 0.25,
    r2: 0.5,
    measures: { relative: { mean: 3.5, layers: [3, 4] }, gini: { mean: null } },
  }),
];
const PRUNED = [
  row({ phase: 'pruned', requested: 0.5, neuronRatio: 0.5, testLoss: 0.9 }),
  row({
    phase: 'retraining',
    epoch: 1,
    requested: 0.5,
    neuronRatio: 0.5,
    parameterRatio: 0.6,
    hidden: [4, 2],
    testLoss: 0.3,
    measures: { relative: { mean: 3 }, coverage: { mean: 0.75 } },
  }),
];

describe('summary of a run', () => {
  it('takes the last epoch of each leg and the first of those that were pruned', () => {
    const [seed] = summariseRows([...DENSE, ...PRUNED]);
    assert.equal(seed.seed, 42);
    assert.equal(seed.dense.relative, 3.5);
    assert.equal(seed.dense.trainLoss, 0.3);
    assert.equal(seed.dense.testLoss, 0.25);
    assert.equal(seed.dense.r2, 0.5);
    assert.deepEqual(seed.dense.layers, { relative: [3, 4] });
    assert.deepEqual(seed.pruned, [
      {
        requested: 0.5,
        neuronRatio: 0.5,
        parameterRatio: 0.6,
        hidden: [4, 2],
        before: { relative: 1, testLoss: 0.9 },
        after: { relative: 3, coverage: 0.75, testLoss: 0.3 },
      },
    ]);
  });

  it('has every measure of the trained net, null where it is undefined', () => {
    const [{ dense }] = summariseRows(DENSE);
    for (const { id } of MEASURES) assert.ok(id in dense, id);
    assert.equal(dense.gini, null);
    assert.equal(dense.capacity, 1);
  });

  it('has a dropout twin only where one was trained', () => {
    const twin = [...DENSE, ...PRUNED].map((r) => ({ ...r, arm: 'dropout' as const }));
    assert.equal('dropout' in summariseRows(DENSE)[0], false);
    const [{ dropout }] = summariseRows([...DENSE, ...twin]);
    assert.equal(dropout?.dense.relative, 3.5);
    assert.equal(dropout?.pruned.length, 1);
  });

  it('orders ratios ascending and keeps the order of seeds, whatever the order of rows', () => {
    const other = row({ seed: 7, phase: 'training', epoch: 1 });
    const earlier = PRUNED.map((r) => ({ ...r, requested: 0.05 }));
    const summary = summariseRows([...PRUNED, ...earlier, ...[...DENSE].reverse(), other]);
    assert.deepEqual(
      summary.map(({ seed }) => seed),
      [42, 7],
    );
    assert.deepEqual(
      summary[0].pruned.map(({ requested }) => requested),
      [0.05, 0.5],
    );
    assert.equal(summary[0].dense.relative, 3.5);
  });

  it('has the pruned net before and after where nothing was retrained', () => {
    const [{ pruned }] = summariseRows([...DENSE, PRUNED[0]]);
    assert.deepEqual(pruned[0].before, { relative: 1, testLoss: 0.9 });
    assert.deepEqual(pruned[0].after, { relative: 1, coverage: 1, testLoss: 0.9 });
  });

  it('lets the later row count where an epoch is there twice', () => {
    const again = { ...DENSE[2], testLoss: 0.125 };
    assert.equal(outcomesOf([...DENSE, again])[0].trained?.testLoss, 0.125);
  });

  it('leaves out seeds that have not begun', () => {
    assert.deepEqual(summariseRows([]), []);
    assert.deepEqual(summariseRows(PRUNED), []);
  });
});

describe('spread over seeds', () => {
  it('divides squares by n − 1 and leaves undefined values out', () => {
    assert.deepEqual(spreadOf([1, null, 3]), { mean: 2, sd: Math.SQRT2, count: 2 });
  });

  it('has no standard deviation of one value and no mean of none', () => {
    assert.deepEqual(spreadOf([5]), { mean: 5, sd: null, count: 1 });
    assert.deepEqual(spreadOf([null]), { mean: null, sd: null, count: 0 });
  });

  it('moves its mean with the values, and not its standard deviation', () => {
    const value = fc.integer({ min: -1000, max: 1000 });
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 20 }), value, (values, shift) => {
        const before = spreadOf(values);
        const after = spreadOf(values.map((x) => x + shift));
        // 20 sums of integers below 4000 round by less than 20 · 4000 · 2⁻⁵² each.
        const near = (a: number | null, b: number): boolean => Math.abs((a ?? NaN) - b) < 1e-9;
        assert.ok(near(after.mean, (before.mean ?? NaN) + shift));
        assert.ok(near(after.sd, before.sd ?? NaN));
      }),
    );
  });
});
