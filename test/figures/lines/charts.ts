import fc from 'fast-check';
import type { Line, LinesChart } from '../../../src/figures/lines/data';

/** A chart with these lines; each a list of points, NaN for what is missing. */
export function chartOf(
  lines: readonly (readonly (readonly [x: number, y: number])[])[],
  given: Partial<LinesChart> = {},
): LinesChart {
  return {
    id: 'chart',
    title: 'Loss',
    x: { quantity: 'epoch', label: 'Epoch', scale: 'linear' },
    y: { quantity: 'loss', label: 'Loss', scale: 'linear' },
    lines: lines.map((points, i): Line => ({
      id: String(i),
      name: `line ${i}`,
      style: { slot: i },
      x: Float64Array.from(points, ([x]) => x),
      y: Float64Array.from(points, ([, y]) => y),
    })),
    references: [],
    intervals: 'band',
    markers: 'each',
    ...given,
  };
}

const value = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -1000, max: 1000, noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(NaN) },
);

/** Any charts with up to six lines, points missing here and there. */
export const anyChart = fc
  .array(fc.array(fc.tuple(value, value), { maxLength: 20 }), { maxLength: 6 })
  .map((lines) => chartOf(lines));
