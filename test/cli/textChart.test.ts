import assert from 'node:assert/strict';
import fc from 'fast-check';
import { textChart, type ChartOptions, type ChartSeries } from '../../src/cli/textChart';

const OPTIONS: ChartOptions = {
  yLabel: 'R',
  xLabel: 'epochs',
  width: 36,
  height: 6,
  unicode: true,
};
const SERIES: ChartSeries[] = [
  {
    name: 'dense',
    style: 'solid',
    points: [
      [0, 4],
      [5, 3],
      [10, 3],
    ],
  },
  {
    name: 'null',
    style: 'dashed',
    points: [
      [0, 3.8],
      [10, 3.8],
    ],
  },
];

describe('text chart', () => {
  it('draws lines in braille dots, axes with numbers and a legend', () => {
    assert.equal(textChart(SERIES, OPTIONS), BRAILLE.trim());
  });

  it('draws the same in ASCII', () => {
    assert.equal(textChart(SERIES, { ...OPTIONS, unicode: false }), ASCII.trim());
  });

  it('interrupts a line at undefined values', () => {
    const gap: ChartSeries = {
      name: 'gap',
      style: 'solid',
      points: [
        [0, 1],
        [1, 1],
        [2, null],
        [3, 1],
        [4, 1],
      ],
    };
    const chart = textChart([gap], { ...OPTIONS, unicode: false });
    const line = chart.split('\n').find((text) => text.includes('*')) ?? '';
    assert.match(line, /\*+ {5,}\*+$/);
  });

  it('says so if there is nothing to draw', () => {
    const none: ChartSeries = { name: 'none', style: 'solid', points: [[0, null]] };
    assert.equal(textChart([none], OPTIONS), 'R: no value is defined, so there is nothing to draw');
  });

  it('shows a constant in the middle, not at an edge', () => {
    const constant: ChartSeries = {
      name: 'one',
      style: 'solid',
      points: [
        [0, 2],
        [1, 2],
      ],
    };
    const lines = textChart([constant], { ...OPTIONS, unicode: false }).split('\n');
    const at = lines.findIndex((line) => line.includes('***'));
    assert.ok(at === 3 || at === 4, `drawn in line ${at} of the plot`);
  });

  it('fits its width and draws every defined point, for any values', () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const point = fc.tuple(number, fc.option(number));
    fc.assert(
      fc.property(
        fc.array(point, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 30, max: 120 }),
        fc.boolean(),
        (points, width, unicode) => {
          const series: ChartSeries[] = [{ name: 'x', style: 'marks', points }];
          const chart = textChart(series, { ...OPTIONS, width, unicode });
          if (points.every(([, y]) => y === null)) return;
          const lines = chart.split('\n');
          for (const line of lines) assert.ok(line.length <= width, line);
          const plot = lines.slice(1, 1 + OPTIONS.height).join('');
          assert.match(plot, unicode ? /×/ : /x/);
          assert.ok(lines.slice(1, 7).filter((l) => /\d [┤+]/.test(l)).length >= 2, chart);
        },
      ),
    );
  });
});

const BRAILLE = `
R
4.0 ┤⠑⠢⡀
    │⠒⠒⠊⠑⢖⡒⠂ ⠒⠒⠂ ⠒⠒⠂ ⠒⠒⠂ ⠒⠒⠂ ⠒⠒⠂ ⠒⠒⠂
3.5 ┤     ⠈⠢⢄
    │        ⠑⠢⡀
    │          ⠈⠑⢄⡀
3.0 ┤             ⠈⠢⢄⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀
    └┬──────────────┬──────────────┬
     0              5             10
                 epochs
  ── dense  ╌╌ null`;

const ASCII = `
R
4.0 +**
    |--***--------------------------
3.5 +     ***
    |        ***
    |           ***
3.0 +              *****************
    ++--------------+--------------+
     0              5             10
                 epochs
  * dense  - null
`;
