import assert from 'node:assert/strict';
import { digits, table, times } from '../../bench/page/format';
import { page } from '../../bench/page/page';
import type { Cell, Report, Row } from '../../bench/report';
import { isMet, ratioTo, targetsOf } from '../../bench/targets';

const timed = (ms: number): Cell => ({
  state: 'timed',
  ms: { minimum: ms, median: ms, deviation: 0, repeats: 3 },
});

const ROW: Row = {
  id: 'training/NonLinear0/26',
  name: 'NonLinear0, population of 26',
  unit: 'ms per step and specimen',
  ours: ['simd, all cores', 'simd, one core'],
  agreement: 'losses',
  cells: {
    'simd, one core': timed(0.02),
    'simd, all cores': timed(0.01),
    'PyTorch as usual': timed(0.4),
    'PyTorch stacked': { state: 'different', difference: 0.5, allowed: 0.001 },
    tensorflow: { state: 'missing', reason: 'not installed' },
  },
};

const SECTION = {
  title: 'Training step',
  text: 'Milliseconds.',
  columns: [...Object.keys(ROW.cells), 'never measured'],
  rows: [ROW],
};

const REPORT: Report = {
  date: '2025-01-02',
  quick: false,
  machine: {
    cpu: 'a processor',
    cores: 2,
    memoryGigabytes: 8,
    system: 'Linux',
    node: 'v20',
    tensorflow: 'TensorFlow.js',
    pytorch: 'not installed',
  },
  sections: [SECTION],
  profiles: [],
  growth: [],
  whole: [],
  frames: [],
  loading: [],
  targets: targetsOf({ sections: [SECTION], whole: [], frames: [], loading: [] }),
  failures: [],
};

describe('page of the bench', () => {
  it('shows three digits without exponents', () => {
    assert.deepEqual([0.017345, 1.5, 12.34, 1974123, 0].map(digits), [
      '0.0173',
      '1.50',
      '12.3',
      '1,974,123',
      '0',
    ]);
    assert.equal(times(3.25), '3.25×');
    assert.equal(times(1234.5), '1,235×');
  });

  it('escapes what would end a cell of a table', () => {
    assert.equal(table(['a', 'b'], [['x|y', 'z']]), '| a | b |\n| --- | ---: |\n| x\\|y | z |');
  });

  it('names date and machine', () => {
    const text = page(REPORT);
    for (const part of ['2025-01-02', 'a processor, 2 cores']) assert.ok(text.includes(part));
  });

  it('shows times, ratios to ours on all cores, and why a cell has none', () => {
    const line = page(REPORT)
      .split('\n')
      .find((text) => text.startsWith('| NonLinear0, population'));
    assert.equal(
      line,
      '| NonLinear0, population of 26 | 0.0200 | 0.0100 | 0.400 (40×) | *different* | *not installed* |',
    );
  });

  it('leaves out what was not measured', () => {
    const text = page(REPORT);
    assert.ok(!text.includes('never measured'));
    assert.ok(!text.includes('How cost grows'));
    assert.ok(!text.includes('Whole experiments'));
    assert.ok(!text.includes('In the editor'));
  });

  it('shows the activation time of the extension, and the frames of its views', () => {
    const spread = { median: 4, high: 9 };
    const shown = 'matrix of 768 × 128 cells';
    const frames = [{ shown, work: 'pan', drawing: spread, interval: { median: 17, high: 20 } }];
    const ms = { minimum: 55, median: 60, deviation: 1, repeats: 5 };
    const loading = [{ what: 'the extension', ms }];
    const measured = { sections: [], whole: [], frames, loading };
    const text = page({ ...REPORT, ...measured, targets: targetsOf(measured) });
    assert.ok(text.includes('| matrix of 768 × 128 cells: pan | 4.00 (9.00) | 17.0 (20.0) |'));
    assert.ok(text.includes('| loading the extension | under 100 ms | 60.0 ms | met |'));
    assert.ok(text.includes('| under 16 ms | 4.00 ms | met |'));
  });
});

describe('targets of the bench', () => {
  it('compare ours on all cores with the other side', () => {
    assert.equal(ratioTo(ROW, 'PyTorch as usual'), 40);
    const [first, second] = REPORT.targets;
    assert.equal(first.reached, 40);
    assert.equal(isMet(first), true);
    assert.equal(second.reached, undefined);
    assert.equal(isMet(second), undefined);
  });

  it('fall back to one core if all cores were not measured', () => {
    const cells = { ...ROW.cells, 'simd, all cores': ROW.cells.tensorflow };
    assert.equal(ratioTo({ ...ROW, cells }, 'PyTorch as usual'), 20);
  });

  it('take the better figure of PyTorch as usually written, with whichever population', () => {
    const { cells } = ROW;
    const reached = (single: number): number | undefined => {
      const other = { ...ROW, id: 'training/NonLinear0/1', cells: { ...cells } };
      other.cells['PyTorch as usual'] = timed(single);
      const section = { ...SECTION, rows: [ROW, other] };
      return targetsOf({ sections: [section], whole: [], frames: [], loading: [] })[0].reached;
    };
    assert.equal(reached(0.3), 30);
    assert.equal(reached(0.5), 40);
  });

  it('are met from the bound on, or below it', () => {
    const target = { what: '', value: 4, unit: 's' };
    assert.equal(isMet({ ...target, bound: 'at least', reached: 4 }), true);
    assert.equal(isMet({ ...target, bound: 'at least', reached: 3.9 }), false);
    assert.equal(isMet({ ...target, bound: 'under', reached: 4 }), false);
    assert.equal(isMet({ ...target, bound: 'under', reached: 3.9 }), true);
  });

  it('want all six examples before they add them up', () => {
    const seconds = { minimum: 20, median: 20, deviation: 0, repeats: 1 };
    const run = (name: string): Report['whole'][number] => ({
      name,
      workers: 2,
      epochs: 1300,
      seconds,
      dataSeconds: seconds,
      peakMegabytes: 500,
      reproduced: true,
    });
    const all = ['Linear0', 'Linear1', 'NonLinear0', 'NonLinear1', 'NonLinear2', 'NonLinear3'];
    const sum = (names: readonly string[]): number | undefined =>
      targetsOf({ sections: [], whole: names.map(run), frames: [], loading: [] }).find(({ what }) =>
        what.includes('all six'),
      )?.reached;
    assert.equal(sum(all), 120);
    assert.equal(sum([...all, 'NonLinear0']), 120);
    assert.equal(sum(all.slice(1)), undefined);
  });
});
