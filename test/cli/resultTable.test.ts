import assert from 'node:assert/strict';
import { resultTables, type ResultOptions } from '../../src/cli/resultTable';
import type { MetricsRow } from '../../src/core/experiment/metricsRow';
import { exampleNull } from '../core/experiment/exampleNull';
import { exampleRow as row } from '../core/experiment/exampleRow';

/** A null of R of 3.8 ± 0.01. */
const NULLS = exampleNull({ relative: 3.8, gini: 0.75, coverage: 0.9 });

const OPTIONS: ResultOptions = { measure: 'relative', unicode: true, width: 100, nulls: NULLS };

const rowsOf = (seed: number, relative: number): MetricsRow[] => [
  row({ seed, phase: 'training', epoch: 5, measures: { relative: { mean: relative } } }),
  row({ seed, phase: 'pruned', requested: 0.3, testLoss: 0.75 }),
  row({
    seed,
    phase: 'retraining',
    epoch: 5,
    requested: 0.3,
    neuronRatio: 0.25,
    parameterRatio: 0.4792,
    hidden: [6, 3],
    testLoss: 0.0240312,
    r2: null,
    measures: { relative: { mean: relative + 1, null: 3.8 }, coverage: { mean: 0.98473 } },
  }),
];

/** The cells of the line that begins with a label. */
const cellsOf = (table: string, label: string): string[] =>
  (table.split('\n').find((line) => line.trim().startsWith(label)) ?? '').trim().split(/\s+/);

describe('result tables', () => {
  it('show requested and reached ratios of one seed, before and after', () => {
    const table = resultTables(rowsOf(42, 2.5), OPTIONS);
    assert.match(table, /^dense, seed 42\n/);
    assert.deepEqual(cellsOf(table, 'none'), [
      ...['none', '8-4', '0.0%', '0.0%', '—', '2.500', '1.000', '—', '0.5000', '0.100'],
    ]);
    assert.deepEqual(cellsOf(table, '30%'), [
      ...['30%', '6-3', '25.0%', '47.9%', '1.000', '3.500', '0.985', '0.7500', '0.02403'],
      '—',
    ]);
  });

  it('show means and standard deviations of several seeds', () => {
    const table = resultTables([...rowsOf(1, 2), ...rowsOf(2, 4)], OPTIONS);
    assert.match(table, /^dense, mean ± sd of 2 seeds \(1,2\)\n/);
    const lines = table.split('\n');
    const at = lines.findIndex((line) => line.trim().startsWith('30%'));
    assert.equal(cellsOf(table, '30%')[4], '4.000');
    // (3 − 4)² + (5 − 4)² = 2, divided by n − 1 = 1.
    assert.match(lines[at + 1], /±0\.0% +±0\.0% +±0\.000 +±1\.414 +±0\.000 +/);
  });

  it('have a table for the dropout twin', () => {
    const twin = rowsOf(42, 9).map((r): MetricsRow => ({ ...r, arm: 'dropout' }));
    const [dense, dropout] = resultTables([...rowsOf(42, 2), ...twin], OPTIONS).split('\n\n');
    assert.match(dense, /^dense, seed 42/);
    assert.match(dropout, /^dropout twin, seed 42/);
    assert.equal(cellsOf(dropout, 'none')[5], '9.000');
  });

  it('show another measure instead of R on request', () => {
    const rows = [row({ measures: { gini: { mean: 0.25, null: 0.75 } } })];
    const table = resultTables(rows, { ...OPTIONS, measure: 'gini' });
    assert.deepEqual(cellsOf(table, 'none').slice(5, 7), ['0.250', '1.000']);
    assert.match(table, /^null of gini: 0\.75 ± 0\.01 /m);
    assert.match(table, /gini: Gini coefficient, before and after/);
  });

  it('show the null below, with its standard error, for any seeds and ratios', () => {
    // Different nulls in the rows, as in an old run, do not change it.
    const table = resultTables([...rowsOf(1, 2), ...rowsOf(2, 4)], OPTIONS);
    assert.match(
      table,
      /^null of R: 3\.80 ± 0\.01 \(level ± its standard error, from 6400 random readouts; not a spread over\nseeds\)/m,
    );
    assert.doesNotMatch(table, /null\b.*age/);
    const coverage = resultTables(rowsOf(1, 2), { ...OPTIONS, measure: 'coverage' });
    assert.match(coverage, /^null of coverage: 0\.90 ± 0\.01 .*6400 nets of random readouts/m);
  });

  it('mark a run that was measured against the old null, and say what that means', () => {
    const table = resultTables(rowsOf(1, 2), { ...OPTIONS, nulls: undefined });
    // The null of the unpruned row, not the 3.8 of the pruned one.
    assert.match(
      table,
      /^null of R: 2\.000 \(old null\)\. This run was measured against the old null/m,
    );
    assert.match(table.replaceAll('\n', ' '), /varies between ratios .* Run the experiment again/);
  });

  it('say why values are missing', () => {
    const lacking = [row({ r2: null, measures: { selectivity: { mean: null, null: null } } })];
    const nulls = exampleNull({ selectivity: null });
    const options = { ...OPTIONS, nulls, measure: 'selectivity', activation: 'linear' } as const;
    const table = resultTables(lacking, options).replaceAll('\n', ' ');
    assert.match(table, /null of selectivity: missing: the network is linear/);
    assert.match(table, /— of selectivity: the network is linear, and the measure is defined/);
    assert.match(table, /— of R²: the test targets are all the same/);
    const plain = resultTables([row()], OPTIONS);
    assert.doesNotMatch(plain, /— of/);
    const dead = resultTables([row({ measures: { relative: { mean: null } } })], OPTIONS);
    assert.match(dead, /— of R: every attribution of the neuron is zero/);
  });

  it('fit 80 columns with the widest network of the thesis, in ASCII too', () => {
    const rows = [1, 2].map((seed) =>
      row({ seed, hidden: [512, 128, 128], testLoss: 1.2345e-7, r2: -12.3456 }),
    );
    for (const some of [rows, rows.slice(1)]) {
      const table = resultTables(some, { ...OPTIONS, unicode: false, width: 80 });
      for (const line of table.split('\n')) assert.ok(line.length <= 80, line);
      assert.doesNotMatch(table, /[^\n -~]/);
    }
  });
});
