import fc from 'fast-check';
import assert from 'node:assert/strict';
import { FIGURE_PALETTES } from '../../../src/figures/colour/palette';
import { notesOf } from '../../../src/figures/lines/frame';
import { isInside, layoutLines } from '../../../src/figures/lines/layout';
import { lineMarks } from '../../../src/figures/lines/marks';
import { toPixel, toValue } from '../../../src/figures/lines/scale';
import { svgText } from '../../../src/figures/marks/svgText';
import { anyChart, chartOf } from './charts';

const SIZE = { width: 330, height: 236 };

describe('the layout of lines', () => {
  it('places every point that is there in the plot, and no other', () => {
    fc.assert(
      fc.property(anyChart, (chart) => {
        const layout = layoutLines(chart, SIZE);
        layout.shapes.forEach(({ points }, l) => {
          const { x, y } = chart.lines[l];
          x.forEach((value, i) => {
            const there = !Number.isNaN(value) && !Number.isNaN(y[i]);
            const [px, py] = [points[2 * i], points[2 * i + 1]];
            assert.equal(isInside(layout.plot, px, py), there);
            assert.equal(Number.isNaN(px), !there);
            assert.equal(Number.isNaN(py), !there);
            if (there) {
              const width = layout.y.domain[1] - layout.y.domain[0];
              assert.ok(Math.abs(toValue(layout.y, py) - y[i]) <= 1e-4 * width);
            }
          });
        });
        assert.equal(layout.off, 0);
      }),
    );
  });

  it('takes the domains that the user chose', () => {
    const chart = chartOf([
      [
        [0, 1],
        [10, 5],
        [20, 3],
      ],
    ]);
    const layout = layoutLines(chart, SIZE, { epoch: [5, 15], other: [0, 1] });
    assert.deepEqual(layout.x.domain, [5, 15]);
    assert.equal(layout.shapes[0].inside, 1);
    assert.equal(layout.off, 0, 'what a zoom hides is no news');
  });

  it('takes no domain that a logarithmic axis cannot have', () => {
    const chart = chartOf(
      [
        [
          [1, 1],
          [2, 10],
        ],
      ],
      {
        y: { quantity: 'loss', label: 'Loss', scale: 'log' },
      },
    );
    const layout = layoutLines(chart, SIZE, { loss: [-1, 10] });
    assert.ok(layout.y.domain[0] > 0.9);
  });

  it('tells of points that lie below the floor of an axis', () => {
    const chart = chartOf(
      [
        [
          [0, -7],
          [1, 0.5],
          [2, 0.7],
        ],
      ],
      {
        y: { quantity: 'r2', label: 'R²', scale: 'linear', floor: -1 },
      },
    );
    const layout = layoutLines(chart, SIZE);
    assert.equal(layout.off, 1);
    assert.ok(layout.y.domain[0] < -1 && layout.y.domain[0] > -1.2);
  });

  it('leaves what is not positive out of a logarithmic axis', () => {
    const chart = chartOf(
      [
        [
          [0, 0],
          [1, 0.1],
          [2, 10],
        ],
      ],
      {
        y: { quantity: 'loss', label: 'Loss', scale: 'log' },
      },
    );
    const [line] = chart.lines;
    const low = Float64Array.from([NaN, -1, 5]);
    const high = Float64Array.from([NaN, 1, 20]);
    const layout = layoutLines({ ...chart, lines: [{ ...line, low, high }] }, SIZE);
    const [{ points }] = layout.shapes;
    assert.ok(Number.isNaN(points[1]));
  });

  describe('where an interval reaches 0 on a logarithmic axis', () => {
    const means = [10, 1, 2, 20];
    const chart = chartOf([means.map((y, x) => [x, y] as const)], {
      y: { quantity: 'loss', label: 'Loss', scale: 'log' },
    });
    const low = Float64Array.from([5, -1, 0, 15]);
    const high = Float64Array.from([15, 3, 4, 25]);
    const lines = [{ ...chart.lines[0], low, high }];
    const layout = layoutLines({ ...chart, lines }, SIZE);
    const edge = layout.plot.y + layout.plot.height;
    const [{ points, interval = assert.fail(), open = assert.fail() }] = layout.shapes;

    it('draws it down to the mean, and what is below it as open to the edge', () => {
      for (const i of [1, 2]) {
        assert.equal(interval[2 * i], points[2 * i + 1], 'no lower end is made up');
        assert.deepEqual([open[2 * i], open[2 * i + 1]], [edge, points[2 * i + 1]]);
      }
      for (const i of [0, 3]) {
        assert.ok(Math.abs(interval[2 * i] - toPixel(layout.y, low[i])) < 0.01);
        // The open part tapers to the lower end beside it.
        assert.deepEqual([open[2 * i], open[2 * i + 1]], [interval[2 * i], interval[2 * i]]);
      }
    });

    it('says so, in the notes that are drawn and spoken', () => {
      assert.deepEqual(layout.cut, { count: 2, of: 4 });
      assert.deepEqual(notesOf(layout), ['2 of 4 intervals reach 0, paler and cut at the edge']);
    });

    it('draws both parts, as a band and as bars, with the open one apart', () => {
      const paths = (intervals: 'band' | 'bars') => {
        const shown = layoutLines({ ...chart, lines, intervals, markers: 'some' }, SIZE);
        const [group] = lineMarks(shown, FIGURE_PALETTES.light).filter(
          (mark) => mark.kind === 'group',
        );
        return group.marks.filter((mark) => mark.kind === 'path').slice(0, 2);
      };
      const [band, openBand] = paths('band');
      assert.ok((openBand.opacity ?? 1) < (band.opacity ?? 1));
      assert.match(openBand.d, new RegExp(` ${edge}`));
      assert.doesNotMatch(band.d, new RegExp(` ${edge}(L|Z)`));
      const [bars, openBars] = paths('bars');
      assert.equal(bars.d.match(/M/g)?.length, 4);
      assert.equal(openBars.d.match(/M/g)?.length, 2);
      assert.ok(openBars.dash);
    });

    it('leaves a linear axis as it is', () => {
      const linear = { quantity: 'loss', label: 'Loss', scale: 'linear' } as const;
      const shown = layoutLines({ ...chart, lines, y: linear }, SIZE);
      assert.equal(shown.shapes[0].open, undefined);
      assert.deepEqual([shown.cut.count, notesOf(shown)], [0, []]);
    });
  });

  it('keeps what lies far off within what can be drawn', () => {
    const chart = chartOf([
      [
        [0, 1e308],
        [1, -1e308],
        [2, 3],
      ],
    ]);
    const { shapes, off, y } = layoutLines(chart, SIZE);
    assert.ok(y.domain.every(Number.isFinite));
    assert.equal(off, 2);
    assert.ok(shapes[0].points.every((pixel) => Math.abs(pixel) <= 1e6));
  });

  it('makes whole figures of whatever there is', () => {
    fc.assert(
      fc.property(anyChart, fc.string(), (chart, title) => {
        const layout = layoutLines({ ...chart, title }, SIZE);
        for (const palette of Object.values(FIGURE_PALETTES)) {
          const text = svgText({ ...SIZE, marks: lineMarks(layout, palette), title });
          assert.ok(!text.includes('NaN') || title.includes('NaN'), text);
          assert.ok(!/="[^"]*(Infinity|undefined)/.test(text));
        }
      }),
    );
  });
});
