import assert from 'node:assert/strict';
import { chartsOf, type TrajectoryChart } from '../../../src/figures/trajectories/charts';
import { runContrasts } from '../../../src/figures/trajectories/contrasts';
import { legendEntries, runStyle } from '../../../src/figures/trajectories/legend';
import {
  pointAt,
  specimenPointOf,
  type TrajectoryLine,
} from '../../../src/figures/trajectories/lines';
import { trajectoriesCsv } from '../../../src/figures/trajectories/numbers';
import type { ShownRun } from '../../../src/figures/trajectories/run';
import { specimensAt } from '../../../src/figures/trajectories/specimens';
import { INITIAL_STATE, stateFrom, type ViewState } from '../../../src/figures/trajectories/state';
import { pointLines, statementOf } from '../../../src/figures/trajectories/texts';
import { resolveStyle } from '../../../src/figures/lines/style';
import { armsSpecification } from '../../core/experiment/armsRun';
import { armsRun } from './armsRun';
import { shownRun } from './sampleRun';

describe('trajectories of named arms', () => {
  let run: ShownRun;
  before(async () => {
    run = await armsRun();
  });
  const chart = (
    id: string,
    view: Partial<ViewState> = {},
    runs: readonly ShownRun[] = [run],
  ): TrajectoryChart => {
    const charts = chartsOf(runs, { ...INITIAL_STATE, ...view }).flatMap((group) => group.charts);
    const found = charts.find((one) => one.id === id);
    assert.ok(found, id);
    return found;
  };
  const line = (some: TrajectoryChart, arm: string, stage?: string): TrajectoryLine => {
    const found = some.lines.find(({ subject }) => subject.arm === arm && subject.stage === stage);
    assert.ok(found, arm);
    return found;
  };
  const armsIn = (some: TrajectoryChart): (string | undefined)[] => [
    ...new Set(some.lines.map(({ subject }) => subject.arm)),
  ];

  it('have one line for arms that train alike, as long as one of them is shown', () => {
    const lines = chart('epoch-loss').lines.map(({ name }) => name);
    assert.deepEqual(lines, [
      'A, control and 2 arms trained alike',
      'A, drop and 1 arm trained alike',
    ]);
    const some = chart('epoch-loss', { hiddenArms: ['control', 'magnitude'] });
    assert.deepEqual(armsIn(some), ['control', 'drop']);
    const none = chart('epoch-loss', { hiddenArms: ['control', 'magnitude', 'imp'] });
    assert.deepEqual(armsIn(none), ['drop']);
  });

  it('begin at the trained specimens that they continue, unless these are hidden', () => {
    const shown = chart('ratio-loss', { parts: { ...INITIAL_STATE.parts, before: false } });
    const magnitude = line(shown, 'magnitude', 'after');
    assert.deepEqual([...magnitude.x], [0, 0.25, 0.5]);
    assert.deepEqual([...magnitude.requested], [NaN, 0.25, 0.5]);
    const training = line(chart('epoch-loss'), 'control');
    assert.equal(magnitude.y[0], training.y.at(-1));
    assert.deepEqual([...line(shown, 'scratch', 'after').x], [0.5]);
    const parts = { ...INITIAL_STATE.parts, baseline: false };
    assert.deepEqual(
      [...line(chart('ratio-loss', { parts }), 'magnitude', 'after').x],
      [0.25, 0.5],
    );
  });

  it('open the shared specimen at their beginning', () => {
    const magnitude = line(chart('ratio-loss'), 'magnitude', 'before');
    const specimens = specimensAt(magnitude, 0, run.table, undefined);
    assert.deepEqual(
      specimens.map(({ checkpoint }) => checkpoint),
      ['1-control/training/3', '2-control/training/3'],
    );
    const [pruned] = specimensAt(magnitude, 1, run.table, undefined);
    assert.equal(pruned.checkpoint, '1-magnitude-0.25/pruned/0');
  });

  it('are one line through the steps of a schedule, whose points open their step', () => {
    const imp = line(chart('ratio-loss'), 'imp', 'after');
    assert.deepEqual([...(imp.step ?? [])], [NaN, 1, 2, 3]);
    const asked = [1, 2, 3].map((step) => 1 - 0.5 ** (step / 3));
    imp.x.slice(1).forEach((x, i) => assert.ok(Math.abs(x - asked[i]) < 1e-12));
    const byWeights = line(chart('ratio-loss', { ratio: 'weightRatio' }), 'imp', 'after');
    assert.equal(byWeights.x[3], 0.5);
    assert.ok(byWeights.x[1] > 0 && byWeights.x[1] < byWeights.x[2] && byWeights.x[2] < 0.5);
    const { checkpoint } = specimensAt(imp, 2, run.table, undefined)[0];
    assert.match(checkpoint, /^1-imp-0\.5-step2\/retraining\/\d+$/);
    const text = pointLines(chart('ratio-loss'), imp, 2).join('\n');
    assert.match(text, /asked for 0\.5, step 2, .*weights gone 0\.3/);
    const other = line(chart('ratio-measure'), 'imp', 'after');
    assert.equal(pointAt(other, specimenPointOf(imp, 2)), 2);
    const each = chart('ratio-loss', { seeds: 'each' }).lines.filter(
      ({ subject }) => subject.arm === 'imp' && subject.stage === 'after',
    );
    assert.deepEqual(
      each.map(({ subject, x }) => [subject.seed, x.length]),
      [
        [1, 4],
        [2, 4],
      ],
    );
  });

  it('are told apart by colour where one run is shown, by dashes where several are', () => {
    const palette = { kind: 'light', contrast: false, muted: '#555' } as const;
    const other = { ...run, run: '/lab/b/runs/1', name: 'B', slot: 1 };
    const stylesOf = (runs: readonly ShownRun[]): string[] =>
      chart('ratio-loss', {}, runs)
        .lines.filter(({ subject }) => subject.stage === 'after')
        .map(({ style }) => JSON.stringify(resolveStyle(style, palette)));
    const alone = stylesOf([run]);
    assert.equal(new Set(alone).size, alone.length);
    const both = stylesOf([run, other]);
    assert.equal(new Set(both).size, both.length);
    const colours = new Set(both.map((style) => (JSON.parse(style) as { colour: string }).colour));
    assert.equal(colours.size, 2);
    assert.match(statement([run]), /Colours, markers and dashes: arms\./);
    assert.match(statement([run, other]), /Colours and markers: runs; dashes: arms\./);
    assert.equal(runStyle(run, [run]).slot, undefined);
    assert.equal(runStyle(other, [run, other]).slot, 1);
    // A hidden run leaves the colours to the arms of the other.
    assert.match(statement([run, { ...other, visible: false }]), /Colours, markers/);
  });

  const statement = (runs: readonly ShownRun[]): string =>
    statementOf(runs, INITIAL_STATE, chartsOf(runs, INITIAL_STATE));

  it('are in the legend, each with its own switch and in words', () => {
    const arms = legendEntries([run]).flatMap(({ switches, hint }) =>
      'arm' in switches ? [[switches.arm, hint]] : [],
    );
    assert.deepEqual(
      arms.map(([arm]) => arm),
      [...(run.specification.arms ?? [])].map(({ name }) => name),
    );
    const hints = Object.fromEntries(arms) as Record<string, string>;
    assert.match(hints.imp, /Pruned by weights in 3 steps, trained as control/);
    assert.match(hints.scratch, /widths of magnitude, not continued from training/);
    assert.match(hints['drop-magnitude'], /compared with drop/);
    const legacy = legendEntries([shownRun([{}])]).flatMap(({ switches }) =>
      Object.values(switches),
    );
    assert.deepEqual(legacy.slice(0, 3), ['dense', 'dropout', 'before']);
  });

  it('have controls as levels to compare with', () => {
    const levels = chart('ratio-loss').references.map(({ name, rule }) => [name, rule]);
    assert.deepEqual(levels, [
      ['A, control and 2 arms trained alike, not pruned', false],
      ['A, drop and 1 arm trained alike, not pruned', false],
      ['A, control, trained as long', true],
      ['A, drop, trained as long', true],
    ]);
  });

  it('are compared with their controls, after the last step', () => {
    const contrasts = runContrasts(run, 'relative');
    assert.deepEqual(
      contrasts.map(({ arm, control, requested }) => [arm, control, requested]),
      [
        ['magnitude', 'control', 0.25],
        ['magnitude', 'control', 0.5],
        ['scratch', 'control', 0.5],
        ['drop', 'control', 0],
        ['drop-magnitude', 'drop', 0.5],
        ['imp', 'control', 0.5],
        ['snip', 'control', 0.5],
      ],
    );
    const mean = run.table.measure('relative')?.mean ?? [];
    const lastOf = (arm: string, seed: number, step?: number): number => {
      const [found] = [...run.table.legs].filter(
        ({ leg }) =>
          leg.arm === arm && leg.seed === seed && leg.requested !== null && leg.step === step,
      );
      return mean[found.rows[found.rows.length - 1]];
    };
    const expected =
      [1, 2].reduce((sum, seed) => sum + lastOf('imp', seed, 3) - lastOf('control', seed), 0) / 2;
    const imp = contrasts.find(({ arm }) => arm === 'imp');
    assert.ok(Math.abs((imp?.difference.mean ?? NaN) - expected) < 1e-12);
    assert.deepEqual(runContrasts(shownRun([{}]), 'relative'), []);
  });

  it('have columns for steps and weights in tables, which the thesis has not', () => {
    const headOf = (some: ShownRun): string => {
      const csv = trajectoriesCsv(chartsOf([some], INITIAL_STATE), INITIAL_STATE);
      return Buffer.from(csv).toString().split(/\r?\n/)[0];
    };
    assert.match(headOf(run), /asked for,step,neurons gone,parameters gone,weights gone,epoch/);
    const legacy = shownRun([{ epoch: 0 }, { requested: 0.5 }]);
    assert.match(headOf(legacy), /asked for,neurons gone,parameters gone,epoch/);
  });
});

describe('rows of arms that a specification lacks', () => {
  it('are shown like others', () => {
    const rows = [
      { arm: 'other', epoch: 0 },
      { arm: 'other', epoch: 0, requested: 0.5 },
      { arm: 'other', epoch: 1, requested: 0.5 },
    ];
    const run = shownRun(rows, { specification: armsSpecification() });
    const groups = chartsOf([run], INITIAL_STATE);
    const names = groups
      .flatMap(({ charts }) => charts.flatMap(({ lines }) => lines))
      .map(({ name }) => name);
    assert.ok(names.includes('A, other'));
    assert.ok(names.includes('A, other, after retraining'));
    assert.ok(legendEntries([run]).some(({ label }) => label === 'other'));
  });
});

describe('the saved state of earlier versions', () => {
  it('hides the arms that were hidden parts', () => {
    const { hiddenArms, parts } = stateFrom({
      parts: { dense: true, dropout: false, null: false },
    });
    assert.deepEqual(hiddenArms, ['dropout']);
    assert.equal(parts.null, false);
    assert.deepEqual(stateFrom({ hiddenArms: ['imp'], parts: { dense: false } }).hiddenArms, [
      'imp',
    ]);
  });
});
