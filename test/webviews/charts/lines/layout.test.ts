import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isInside, layoutLines } from '../../../../src/webviews/charts/lines/layout';
import { lineMarks } from '../../../../src/webviews/charts/lines/marks';
import { toValue } from '../../../../src/webviews/charts/lines/scale';
import { svgText } from '../../../../src/webviews/shared/marks/svgText';
import { FIGURE_PALETTES } from '../../../../src/webviews/shared/palette';
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

  it('leaves what is not positive out of a logarithmic axis, and ends an interval at its edge', () => {
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
    const [{ points, interval }] = layout.shapes;
    assert.ok(Number.isNaN(points[1]));
    assert.equal(interval?.[2], layout.plot.y + layout.plot.height);
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
