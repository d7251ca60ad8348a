import assert from 'node:assert/strict';
import { ratioSeries, runCharts, trainingSeries } from '../../src/cli/runCharts';
import type { MetricsRow } from '../../src/core/experiment/metricsRow';
import { exampleRow as row } from '../core/experiment/exampleRow';

const relative = (mean: number | null): { relative: { mean: number | null; null: number } } => ({
  relative: { mean, null: 5 },
});

const armRows = (seed: number, arm: string, base: number): MetricsRow[] => [
  row({ seed, arm, measures: relative(base) }),
  row({ seed, arm, phase: 'training', epoch: 1, measures: relative(base + 1) }),
  ...[0.5, 0.25].flatMap((requested) => {
    const leg = { seed, arm, requested, neuronRatio: requested + 0.01 };
    return [
      row({ ...leg, phase: 'pruned', measures: relative(base + 2) }),
      row({ ...leg, phase: 'retraining', epoch: 1, measures: relative(base + 3) }),
    ];
  }),
];

describe('charts of a run', () => {
  const rows = [...armRows(1, 'dense', 1), ...armRows(2, 'dense', 2), ...armRows(1, 'dropout', 7)];

  const level = { mean: 5, standardError: 0.01, count: 10, of: 'neuron', old: false } as const;

  it('show arms over the epochs of training, as means over seeds, with the single level of the null', () => {
    assert.deepEqual(trainingSeries(rows, 'relative', level), [
      {
        name: 'dense',
        style: 'solid',
        points: [
          [0, 1.5],
          [1, 2.5],
        ],
      },
      {
        name: 'dropout',
        style: 'dotted',
        points: [
          [0, 7],
          [1, 8],
        ],
      },
      {
        name: 'null: random readouts',
        style: 'dashed',
        points: [
          [0, 5],
          [1, 5],
        ],
      },
    ]);
  });

  it('show arms against the reached ratio, ascending, before and after retraining', () => {
    const series = new Map(ratioSeries(rows, 'relative').map(({ name, points }) => [name, points]));
    assert.deepEqual(series.get('dense, retrained'), [
      [0.26, 4.5],
      [0.51, 4.5],
    ]);
    assert.deepEqual(series.get('dense, before retraining')?.[0], [0.26, 3.5]);
    assert.deepEqual(series.get('dropout, retrained')?.[1], [0.51, 10]);
  });

  it('draw the null as wide as the other lines, and mark an old null', () => {
    const series = ratioSeries(rows, 'relative', level);
    assert.deepEqual(series.find(({ style }) => style === 'dashed')?.points, [
      [0.26, 5],
      [0.51, 5],
    ]);
    const old = trainingSeries(rows, 'relative', { mean: 4, old: true });
    assert.equal(old.find(({ style }) => style === 'dashed')?.name, 'old null: random readouts');
    assert.ok(trainingSeries(rows, 'relative').every(({ style }) => style !== 'dashed'));
  });

  it('leave undefined values out of means, and show values that no seed has as gaps', () => {
    const some = [
      row({ seed: 1, measures: relative(null) }),
      row({ seed: 2, measures: relative(3) }),
      row({ seed: 1, phase: 'training', epoch: 1, measures: relative(null) }),
    ];
    assert.deepEqual(trainingSeries(some, 'relative')[0].points, [
      [0, 3],
      [1, null],
    ]);
  });

  it('have no chart over ratios if nothing was pruned', () => {
    const options = { measure: 'relative', width: 80, unicode: true } as const;
    assert.equal(runCharts(rows, options).length, 2);
    assert.equal(runCharts(rows.slice(0, 2), options).length, 1);
  });
});
