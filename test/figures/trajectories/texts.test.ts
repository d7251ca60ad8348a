import assert from 'node:assert/strict';
import { chartsOf, type TrajectoryChart } from '../../../src/figures/trajectories/charts';
import { COLUMN_NAMES, numbersOf } from '../../../src/figures/trajectories/numbers';
import { INITIAL_STATE, type ViewState } from '../../../src/figures/trajectories/state';
import { pointLines, statementOf } from '../../../src/figures/trajectories/texts';
import { exampleNull } from '../../core/experiment/exampleNull';
import { type RowValues, shownRun } from './sampleRun';
import { parseSpecification } from './specification';

const seeds = (testLoss: (seed: number) => number, more: RowValues = {}): RowValues[] =>
  [1, 2, 3].flatMap((seed) =>
    [0, 1].map((epoch) => ({ seed, epoch, testLoss: testLoss(seed), ...more })),
  );

function told(
  runs: Parameters<typeof statementOf>[0],
  change: Partial<ViewState> = {},
): { text: string; charts: TrajectoryChart[] } {
  const state = { ...INITIAL_STATE, ...change };
  const groups = chartsOf(runs, state);
  return {
    text: statementOf(runs, state, groups),
    charts: groups.flatMap(({ charts }) => charts),
  };
}

describe('what is said below trajectories', () => {
  const run = shownRun(
    seeds((seed) => seed),
    { nulls: exampleNull({ relative: 4 }) },
  );

  it('is the level of the null with its own error, which is no spread over seeds', () => {
    assert.match(
      told([run]).text,
      /Null: 4\.00 ± 0\.01 \(± standard error of the level, no spread over seeds\)\./,
    );
    const other = shownRun(
      seeds(() => 1),
      {
        run: '/lab/b/runs/1',
        name: 'B',
        nulls: exampleNull({ relative: 5 }),
      },
    );
    assert.match(told([run, other]).text, /Null: A 4\.00 ± 0\.01, B 5\.00 ± 0\.01 \(/);
    const parts = { ...INITIAL_STATE.parts, null: false };
    assert.doesNotMatch(told([run], { parts }).text, /Null/);
  });

  it('marks a run with the old null, and says what that means', () => {
    const old = shownRun(
      seeds(() => 1),
      { oldNull: true },
    );
    const { text } = told([old]);
    assert.match(text, /Null: 3\.500 \(old null\)\. A: This run was measured against the old null/);
    assert.doesNotMatch(told([run]).text, /old null/);
  });

  it('says why a measure is missing everywhere', () => {
    const linear = shownRun(
      seeds(() => 1, { mean: null, layers: [null, null] }),
      {
        specification: parseSpecification({ specimen: { hidden: [8, 4], activation: 'linear' } }),
        nulls: exampleNull({ selectivity: null }),
      },
    );
    const { text } = told([linear], { measure: 'selectivity' });
    assert.match(text, /Selectivity index: all points missing: the network is linear/);
    assert.doesNotMatch(text, /Null/);
    assert.doesNotMatch(told([run]).text, /missing/);
  });

  it('says that intervals are cut where one reaches 0 on a logarithmic axis', () => {
    const wide = shownRun(seeds((seed) => (seed === 1 ? 100 : 0.1)));
    assert.match(told([wide]).text, /an interval that reaches 0 has no lower end/);
    assert.doesNotMatch(told([wide], { lossScale: 'linear' }).text, /reaches 0/);
    const narrow = shownRun(seeds((seed) => 100 + seed));
    assert.doesNotMatch(told([narrow]).text, /reaches 0/);
  });

  it('and beside a point of the null, is where its level comes from', () => {
    const [chart] = told([run]).charts;
    const line = chart.lines.find(({ level }) => level) ?? assert.fail();
    assert.deepEqual(pointLines(chart, line, 0).slice(2), [
      'Relative polysemanticity R 4.00 ± 0.01',
      'level ± its standard error, from 6400 random readouts; not a spread over seeds',
    ]);
    const rows = numbersOf(chartsOf([run], INITIAL_STATE), {});
    const row =
      rows.find((cells) => cells[COLUMN_NAMES.indexOf('arm')] === 'null') ?? assert.fail();
    const cell = (head: (typeof COLUMN_NAMES)[number]) => row[COLUMN_NAMES.indexOf(head)];
    assert.deepEqual(
      [cell('y'), cell('null error'), cell('y low'), cell('seed'), cell('seeds')],
      [4, 0.01, null, null, null],
    );
  });
});
