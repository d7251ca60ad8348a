import assert from 'node:assert/strict';
import { finishedRows } from '../../src/cli/finishedRows';
import { resultTables } from '../../src/cli/resultTable';
import { ratioSeries, runCharts, trainingSeries } from '../../src/cli/runCharts';
import type { MetricsRow } from '../../src/core/experiment/metricsRow';
import { armsRows, armsSpecification } from '../core/experiment/armsRun';
import { polysemanticity, temporaryFolder, writeExperiment } from './workshop';

describe('results with named arms', () => {
  const specification = armsSpecification();
  const options = { measure: 'relative', unicode: true, width: 100, specification } as const;
  let rows: MetricsRow[] = [];
  before(async () => {
    rows = await armsRows(specification);
  });

  it('have a table for each arm, with what its arms share, and one of contrasts', () => {
    const tables = resultTables(rows, options).split('\n\n');
    const titles = tables.map((table) => table.split('\n')[0].split(',')[0]);
    assert.deepEqual(titles.slice(0, 8), [
      ...['control', 'magnitude', 'scratch', 'drop', 'drop-magnitude', 'imp', 'snip'],
      'arms compared with their controls',
    ]);
    const asked = (table: string): string[] =>
      [...table.matchAll(/^ *(none|\d+%) /gm)].map(([, text]) => text);
    assert.deepEqual(asked(tables[0]), ['none', '0%']);
    assert.deepEqual(asked(tables[1]), ['none', '25%', '50%']);
    assert.deepEqual(asked(tables[2]), ['50%']);
    assert.match(tables[5], /^imp, pruned in 3 steps, .*\n.*weights/);
    assert.match(tables[5], / 50% +0\.0% +50\.0% /);
    assert.match(tables[7], /\ndrop-magnitude +drop +50% /);
    assert.match(tables[8], /Before of scratch: fresh\s+parameters/);
  });

  it('have a line for every leg of training, and one against ratios for every arm', () => {
    const training = trainingSeries(rows, 'relative', undefined, specification);
    assert.deepEqual(
      training.map(({ name }) => name),
      ['control and 2 arms trained alike', 'drop and 1 arm trained alike'],
    );
    const ratios = ratioSeries(rows, 'relative', undefined, specification);
    const xs = new Map(ratios.map(({ name, points }) => [name, points.map(([x]) => x)]));
    assert.deepEqual(xs.get('control'), [0, 0.5]);
    assert.deepEqual(xs.get('magnitude'), [0.25, 0.5]);
    assert.deepEqual(xs.get('imp'), [0.5]);
    const letters = ratios.map(({ style }) => JSON.stringify(style));
    assert.equal(new Set(letters).size, letters.length);
    const [, chart] = runCharts(rows, { ...options, unicode: false });
    assert.match(chart, /requested ratio/);
    assert.match(chart, /\bf imp/);
  });

  it('leave out an arm whose last step is unfinished', () => {
    const some = rows.filter(({ step }) => step !== 3);
    const arms = new Set(finishedRows(some, specification).map(({ arm }) => arm));
    assert.equal(arms.has('imp'), false);
    assert.ok(arms.has('snip'));
    assert.equal(finishedRows(rows, specification).length, rows.length);
  });
});

describe('plan', () => {
  const folder = temporaryFolder();
  const experiment = {
    name: 'arms',
    seeds: [1, 2],
    features: { count: 6 },
    data: { samples: 100, inputs: 3, autoencoder: { epochs: 2 } },
    specimen: { hidden: [6, 4] },
    training: { epochs: 3 },
    pruning: { ratios: [0.5], retraining: { epochs: 2 } },
    arms: [
      { name: 'control' },
      { name: 'magnitude', pruning: { method: 'magnitude' as const } },
      {
        name: 'scratch',
        pruning: { method: 'scratch' as const, widthsOf: 'magnitude' },
      },
      {
        name: 'late',
        pruning: {
          method: 'weights' as const,
          rewind: 1,
          schedule: { steps: 2, shares: 'linear' as const },
        },
      },
    ],
  };

  it('prints the legs of each arm with what they start from, time and bytes, and writes nothing', async () => {
    await writeExperiment(folder(), experiment);
    const { code, out, err } = await polysemanticity(['plan', folder()]);
    assert.equal(code, 0, err);
    assert.match(out, /\ncontrol +none +3 +0 initial parameters\n/);
    assert.match(out, /\nscratch +50% +5 +0 fresh parameters, widths of magnitude 50%\n/);
    assert.match(
      out,
      /late +50% +2 +4 +1 the end of late 50% step 1, values of control after epoch 1\n/,
    );
    assert.match(out, /12 legs: 6 legs for each of 2 seeds \(1,2\)/);
    assert.match(out, /Time on this machine: about \d+ s/);
    assert.match(out, /At least \d\S* [kM]B on disk/);
  });

  it('gives programs the graph of all seeds', async () => {
    const { out } = await polysemanticity(['plan', folder(), '--seeds', '5..7', '--json']);
    const plan = JSON.parse(out) as {
      seeds: number[];
      legs: { name: string; epochs: number; waitsFor: unknown[] }[];
      totals: { legs: number; epochs: number };
      time: { minutes: number };
      bytes: { disk: number };
    };
    assert.deepEqual(plan.seeds, [5, 6, 7]);
    assert.equal(plan.totals.legs, 18);
    assert.equal(plan.legs.length, 18);
    assert.equal(
      plan.totals.epochs,
      plan.legs.reduce((sum, { epochs }) => sum + epochs, 0),
    );
    assert.deepEqual(plan.legs.find(({ name }) => name === '5-late-0.5-step2')?.waitsFor, [
      { leg: '5-late-0.5-step1', for: 'specimen' },
      { leg: '5-control', for: 'epoch', epoch: 1 },
    ]);
    assert.deepEqual(plan.legs.find(({ name }) => name === '5-scratch-0.5')?.waitsFor, [
      { leg: '5-magnitude-0.5', for: 'widths' },
    ]);
    assert.ok(plan.time.minutes > 0 && plan.bytes.disk > 0);
  });
});
