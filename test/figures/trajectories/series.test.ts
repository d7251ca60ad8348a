import fc from 'fast-check';
import assert from 'node:assert/strict';
import { meanInterval } from '../../../src/core/statistics/meanInterval';
import { specimenPointOf, pointAt } from '../../../src/figures/trajectories/lines';
import {
  baselines,
  pruningLines,
  ratioValue,
  type SeriesSource,
  trainingLines,
} from '../../../src/figures/trajectories/series';
import { pruningNull, trainingNull } from '../../../src/figures/trajectories/nullLines';
import { specimensAt } from '../../../src/figures/trajectories/specimens';
import { INITIAL_STATE } from '../../../src/figures/trajectories/state';
import { exampleNull } from '../../core/experiment/exampleNull';
import { type RowValues, shownRun } from './sampleRun';
import { parseSpecification } from './specification';

const sourceOf = (rows: readonly RowValues[]): SeriesSource => ({
  run: shownRun(rows),
  title: 'A',
  places: new Map(),
  coloursArms: false,
});
const mean = { ...INITIAL_STATE, seeds: 'mean' } as const;
const each = { ...mean, seeds: 'each' } as const;
const lossOf = ({ run }: SeriesSource) => {
  const column = run.table.number('testLoss');
  return (row: number): number => column[row];
};
const listOf = (column: Float64Array | undefined): number[] => Array.from(column ?? []);

describe('series over the epochs of training', () => {
  const rows = (seeds: number, epochs: number): RowValues[] =>
    Array.from({ length: seeds * epochs }, (_, i) => ({
      seed: i % seeds,
      epoch: Math.floor(i / seeds),
      testLoss: 1 + (i % seeds) + Math.floor(i / seeds) ** 2,
    }));

  it('are a line a seed, or their mean with its interval', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 9 }), (n, epochs) => {
        const source = sourceOf(rows(n, epochs));
        const lines = trainingLines(source, source.run.table.number('testLoss'), each);
        assert.equal(lines.length, n);
        const [line] = trainingLines(source, source.run.table.number('testLoss'), mean);
        for (let e = 0; e < epochs; e++) {
          const expected = meanInterval(lines.map(({ y }) => y[e]));
          assert.equal(line.x[e], e);
          assert.equal(line.y[e], expected.mean);
          assert.equal(line.low?.[e], expected.low);
          assert.equal(line.high?.[e], expected.high);
          assert.equal(line.count[e], n);
        }
      }),
    );
  });

  it('go as far as any seed has come, over the seeds that have', () => {
    const source = sourceOf([
      { seed: 0, epoch: 0, testLoss: 4 },
      { seed: 1, epoch: 0, testLoss: 2 },
      { seed: 0, epoch: 1, testLoss: 1 },
    ]);
    const [line] = trainingLines(source, source.run.table.number('testLoss'), mean);
    assert.deepEqual(listOf(line.y), [3, 1]);
    assert.deepEqual(listOf(line.count), [2, 1]);
    assert.ok(Number.isNaN(line.low?.[1]), 'a single seed has no interval');
  });

  it('keep apart what is trained and what is retrained, and the arms', () => {
    const source = sourceOf([
      { arm: 'dense', testLoss: 1 },
      { arm: 'dropout', testLoss: 2 },
      { arm: 'dense', requested: 0.25, testLoss: 9 },
    ]);
    const lines = trainingLines(source, source.run.table.number('testLoss'), mean);
    assert.deepEqual(
      lines.map(({ name, y }) => [name, ...y]),
      [
        ['A, dense', 1],
        ['A, dropout', 2],
      ],
    );
    const hidden = { ...mean, hiddenArms: ['dropout'] };
    assert.equal(trainingLines(source, source.run.table.number('testLoss'), hidden).length, 1);
  });

  it('have gaps, not zeros, where a value is missing', () => {
    const source = sourceOf([
      { epoch: 0, testLoss: 1, r2: null },
      { epoch: 1, testLoss: 1, r2: 0.5 },
    ]);
    const [line] = trainingLines(source, source.run.table.number('r2'), mean);
    assert.ok(Number.isNaN(line.y[0]));
    assert.equal(line.count[0], 0);
    assert.equal(line.y[1], 0.5);
  });

  it('hold the one level of the null, with its own error and no interval', () => {
    const source = sourceOf(rows(3, 2));
    const { run } = source;
    const nulls = exampleNull({ relative: 4 });
    const [line] = trainingNull({ ...source, run: { ...run, nulls } }, 'relative');
    assert.deepEqual(listOf(line.y), [4, 4]);
    assert.equal(line.low, undefined);
    assert.equal(line.level?.standardError, 0.01);
    assert.ok(line.count.every(Number.isNaN), 'no seeds are behind it');
    assert.deepEqual(specimensAt(line, 0, run.table, undefined), []);
    assert.deepEqual(
      trainingNull(
        { ...source, run: { ...run, nulls: exampleNull({ relative: null }) } },
        'relative',
      ),
      [],
    );
  });

  it('mark the null of a run that was measured against the old one', () => {
    const source = sourceOf(rows(3, 2));
    const { run } = source;
    const [line] = trainingNull({ ...source, run: { ...run, oldNull: true } }, 'relative');
    assert.deepEqual(listOf(line.y), [3.5, 3.5]);
    assert.match(line.name, /null \(old\)$/);
    assert.deepEqual(line.level, { mean: 3.5, old: true });
  });
});

describe('series over pruning', () => {
  const pruned = (seed: number, requested: number, before: number, after: number): RowValues[] => [
    { seed, requested, phase: 'pruned', epoch: 0, testLoss: before, neuronRatio: 1 - requested },
    { seed, requested, phase: 'retraining', epoch: 1, testLoss: 99, neuronRatio: 1 - requested },
    { seed, requested, phase: 'retraining', epoch: 2, testLoss: after, neuronRatio: 1 - requested },
  ];
  const rows = [
    { seed: 0, epoch: 3, testLoss: 0.5 },
    { seed: 1, epoch: 3, testLoss: 1.5 },
    ...pruned(0, 0.5, 8, 4),
    ...pruned(0, 0.25, 6, 2),
    ...pruned(1, 0.5, 10, 8),
    ...pruned(1, 0.25, 8, 4),
  ];
  const source = sourceOf(rows);
  const axes = (choice: 'requested' | 'neuronRatio') => ({
    x: ratioValue(source.run, choice),
    y: lossOf(source),
    byX: true,
  });

  it('are pruned specimens as they are, and after their last epoch', () => {
    const [before, after] = pruningLines(source, axes('requested'), mean);
    assert.deepEqual(listOf(before.x), [0.25, 0.5]);
    assert.deepEqual(listOf(before.y), [7, 9]);
    assert.deepEqual(listOf(after.y), [3, 6]);
    assert.deepEqual(listOf(after.epoch), [2, 2]);
    assert.deepEqual([before.subject.stage, after.subject.stage], ['before', 'after']);
  });

  it('are in the order of the ratio that they are placed by', () => {
    const [line] = pruningLines(source, axes('neuronRatio'), mean);
    assert.deepEqual(listOf(line.x), [0.5, 0.75]);
    assert.deepEqual(listOf(line.requested), [0.5, 0.25]);
    assert.deepEqual(listOf(line.y), [9, 7]);
  });

  it('have no point after retraining before there is an epoch of it', () => {
    const started = sourceOf(pruned(0, 0.25, 6, 2).slice(0, 1));
    const x = ratioValue(started.run, 'requested');
    const lines = pruningLines(started, { x, y: lossOf(started), byX: true }, mean);
    assert.deepEqual(
      lines.map(({ subject }) => subject.stage),
      ['before'],
    );
  });

  it('are the same before and after where nothing is retrained', () => {
    const specification = parseSpecification({
      pruning: { ratios: [0.25], retraining: { epochs: 0 } },
    });
    const run = shownRun(pruned(0, 0.25, 6, 2).slice(0, 1), { specification });
    const x = ratioValue(run, 'requested');
    const y = lossOf({ ...sourceOf([]), run });
    const lines = pruningLines({ ...sourceOf([]), run }, { x, y, byX: true }, mean);
    assert.deepEqual(
      lines.map((line) => [line.subject.stage, line.y[0]]),
      [
        ['before', 6],
        ['after', 6],
      ],
    );
  });

  it('mark what is not pruned at the mean of its seeds', () => {
    const [reference] = baselines(source, undefined, lossOf(source), mean);
    assert.deepEqual([reference.x, reference.y, reference.rule], [0, 1, true]);
  });

  it('hold the null at the same level, whatever the ratio', () => {
    const x = ratioValue(source.run, 'neuronRatio');
    const run = { ...source.run, nulls: exampleNull({ relative: 4 }) };
    const [line] = pruningNull({ ...source, run }, x, 'relative');
    assert.deepEqual(listOf(line.x), [0.5, 0.75]);
    assert.deepEqual(listOf(line.y), [4, 4]);
  });

  it('leave a specimen out of both means that lacks either', () => {
    const holed = sourceOf([
      { seed: 0, requested: 0.25, testLoss: 1, mean: null },
      { seed: 1, requested: 0.25, testLoss: 5, mean: 2 },
    ]);
    const column = holed.run.table.measure('relative')?.mean ?? new Float64Array();
    const axesOf = { x: (row: number) => column[row], y: lossOf(holed), byX: false };
    const [line] = pruningLines(holed, axesOf, mean);
    assert.deepEqual([line.x[0], line.y[0], line.count[0]], [2, 5, 1]);
  });

  it('name the specimen of a point, of a mean those of all its seeds', () => {
    const { table } = source.run;
    const names = pruningLines(source, axes('requested'), each).map((line) =>
      specimensAt(line, 0, table, undefined).map(({ checkpoint }) => checkpoint),
    );
    assert.deepEqual(names, [
      ['0-dense-0.25/pruned/0'],
      ['1-dense-0.25/pruned/0'],
      ['0-dense-0.25/retraining/2'],
      ['1-dense-0.25/retraining/2'],
    ]);
    const three = sourceOf([
      ...pruned(5, 0.25, 1, 1),
      ...pruned(6, 0.25, 4, 4),
      // Its retraining has gone less far, and its value is missing.
      { seed: 7, requested: 0.25, epoch: 0, testLoss: 2 },
      { seed: 7, requested: 0.25, epoch: 1, testLoss: null as never },
    ]);
    const x = ratioValue(three.run, 'requested');
    const [, last] = pruningLines(three, { x, y: lossOf(three), byX: true }, mean);
    const losses = three.run.table.number('testLoss');
    assert.deepEqual(specimensAt(last, 0, three.run.table, losses), [
      { seed: 5, checkpoint: '5-dense-0.25/retraining/2', value: 1 },
      { seed: 6, checkpoint: '6-dense-0.25/retraining/2', value: 4 },
      { seed: 7, checkpoint: '7-dense-0.25/retraining/1', value: null },
    ]);
  });

  it('find the point of a moment again in another chart', () => {
    const lines = pruningLines(source, axes('requested'), each);
    const others = pruningLines(source, axes('neuronRatio'), each);
    for (const line of lines) {
      for (const i of line.x.keys()) {
        const moment = specimenPointOf(line, i);
        const found = others.filter((other) => pointAt(other, moment) !== undefined);
        assert.equal(found.length, 1);
        const at = pointAt(found[0], moment) ?? -1;
        assert.deepEqual(specimenPointOf(found[0], at), moment);
        assert.equal(found[0].y[at], line.y[i]);
      }
    }
  });
});
