import fc from 'fast-check';
import assert from 'node:assert/strict';
import { isInside, layoutLines } from '../../../../src/figures/lines/layout';
import { nearestPoint, type Picked, walk } from '../../../../src/webviews/charts/lines/pick';
import { brushed, scaledAbout } from '../../../../src/webviews/charts/lines/zooming';
import { anyChart, chartOf } from '../../../figures/lines/charts';

const SIZE = { width: 330, height: 236 };

describe('the nearest point', () => {
  it('is the nearest of all, and none beyond reach', () => {
    fc.assert(
      fc.property(
        anyChart,
        fc.double({ min: 0, max: 330, noNaN: true }),
        fc.double({ min: 0, max: 236, noNaN: true }),
        fc.double({ min: 1, max: 200, noNaN: true }),
        (chart, x, y, reach) => {
          const layout = layoutLines(chart, SIZE);
          const distances = layout.shapes.flatMap(({ points }) =>
            Array.from({ length: points.length / 2 }, (_, i) =>
              Math.hypot(points[2 * i] - x, points[2 * i + 1] - y),
            ).filter((distance) => !Number.isNaN(distance)),
          );
          const least = Math.min(Infinity, ...distances);
          const picked = nearestPoint(layout, x, y, reach);
          if (!picked) {
            assert.ok(least > reach - 1e-6);
            return;
          }
          const { points } = layout.shapes[picked.line];
          const at = Math.hypot(points[2 * picked.point] - x, points[2 * picked.point + 1] - y);
          assert.ok(Math.abs(at - least) < 1e-6);
        },
      ),
    );
  });
});

describe('a walk by keyboard', () => {
  const layout = layoutLines(
    chartOf([
      [
        [0, 1],
        [1, NaN],
        [2, 1],
        [3, 1],
      ],
      [
        [0, 5],
        [1, 5],
        [2, 5],
        [3, 5],
      ],
    ]),
    SIZE,
  );
  const go = (
    from: Picked | undefined,
    ...steps: Parameters<typeof walk>[2][]
  ): Picked | undefined => steps.reduce((at, step) => walk(layout, at, step), from);

  it('begins at the first point, and steps over what is missing', () => {
    assert.deepEqual(go(undefined, 'next'), { line: 0, point: 0 });
    assert.deepEqual(go({ line: 0, point: 0 }, 'next'), { line: 0, point: 2 });
    assert.deepEqual(go({ line: 0, point: 2 }, 'previous'), { line: 0, point: 0 });
  });

  it('stays at an end, and goes to it', () => {
    assert.deepEqual(go({ line: 0, point: 0 }, 'previous'), { line: 0, point: 0 });
    assert.deepEqual(go({ line: 0, point: 0 }, 'last'), { line: 0, point: 3 });
    assert.deepEqual(go({ line: 0, point: 3 }, 'next', 'first'), { line: 0, point: 0 });
  });

  it('goes up and down to the line there, at the same x', () => {
    assert.deepEqual(go({ line: 0, point: 2 }, 'up'), { line: 1, point: 2 });
    assert.deepEqual(go({ line: 1, point: 3 }, 'down'), { line: 0, point: 3 });
    assert.deepEqual(go({ line: 1, point: 3 }, 'up'), { line: 1, point: 3 });
  });

  it('comes to every line and never leaves the plot', () => {
    const steps = fc.constantFrom('next', 'previous', 'up', 'down', 'first', 'last');
    fc.assert(
      fc.property(
        anyChart,
        fc.array(steps as fc.Arbitrary<'next'>, { maxLength: 30 }),
        (chart, way) => {
          const some = layoutLines(chart, SIZE);
          let at: Picked | undefined;
          for (const step of way) {
            at = walk(some, at, step);
            if (!at) continue;
            const { points } = some.shapes[at.line];
            assert.ok(isInside(some.plot, points[2 * at.point], points[2 * at.point + 1]));
          }
        },
      ),
    );
  });
});

describe('zooming', () => {
  const layout = layoutLines(
    chartOf([
      [
        [0, 0],
        [10, 10],
      ],
    ]),
    SIZE,
  );
  const { plot } = layout;

  it('takes what was brushed, in the direction that was meant', () => {
    const middle = plot.y + plot.height / 2;
    const flat = brushed(layout, [plot.x, middle], [plot.x + plot.width / 2, middle + 3]);
    assert.deepEqual(Object.keys(flat), ['epoch']);
    assert.ok(Math.abs(flat.epoch[1] - 5) < 1e-9);
    const both = brushed(layout, [plot.x + 100, plot.y + 100], [plot.x, plot.y]);
    assert.deepEqual(Object.keys(both), ['epoch', 'loss']);
    assert.ok(both.loss[0] < both.loss[1]);
  });

  it('keeps a brush within the plot', () => {
    const all = brushed(layout, [-1000, -1000], [5000, 5000]);
    const close = (a: number, b: number): void => assert.ok(Math.abs(a - b) < 1e-9);
    all.epoch.forEach((end, i) => close(end, layout.x.domain[i]));
    all.loss.forEach((end, i) => close(end, layout.y.domain[i]));
  });

  it('leaves the place that it is about where it is', () => {
    const zoom = scaledAbout(layout, [5, 2], 0.5);
    const again = layoutLines(
      chartOf([
        [
          [0, 0],
          [10, 10],
        ],
      ]),
      SIZE,
      zoom,
    );
    const share = ([from, to]: readonly [number, number], value: number): number =>
      (value - from) / (to - from);
    assert.ok(Math.abs(share(again.x.domain, 5) - share(layout.x.domain, 5)) < 1e-9);
    assert.ok(Math.abs(share(again.y.domain, 2) - share(layout.y.domain, 2)) < 1e-9);
  });
});
