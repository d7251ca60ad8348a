import assert from 'node:assert/strict';
import { layoutLines } from '../../../../src/figures/lines/layout';
import { growthOf } from '../../../../src/webviews/charts/lines/growth';
import { chartOf } from '../../../figures/lines/charts';

const SIZE = { width: 330, height: 236 };
const frame = {
  x: { quantity: 'epoch', label: 'Epoch', scale: 'linear', holds: [0, 10] },
  y: { quantity: 'loss', label: 'Loss', scale: 'linear', holds: [0, 10] },
} as const;
type Points = readonly (readonly [number, number])[];

describe('what has grown in a chart', () => {
  const before = layoutLines(
    chartOf(
      [
        [
          [0, 1],
          [1, 2],
        ],
        [
          [0, 3],
          [1, NaN],
        ],
      ],
      frame,
    ),
    SIZE,
  );
  const grown = (...lines: Points[]) => growthOf(before, layoutLines(chartOf(lines, frame), SIZE));

  it('is the new end of each line', () => {
    const found = grown(
      [
        [0, 1],
        [1, 2],
        [2, 5],
        [3, 5],
      ],
      [
        [0, 3],
        [1, NaN],
      ],
    );
    assert.deepEqual(
      found?.map(({ shape, from }) => [shape.line.id, from]),
      [
        ['0', 2],
        ['1', 2],
      ],
    );
  });

  it('is nothing where the very same columns are shown', () => {
    assert.deepEqual(growthOf(before, layoutLines(before.chart, SIZE)), []);
  });

  it('cannot be told where something else differs', () => {
    assert.equal(
      grown(
        [
          [0, 1],
          [1, 2.5],
        ],
        [
          [0, 3],
          [1, NaN],
        ],
      ),
      undefined,
      'another value',
    );
    assert.equal(
      grown(
        [
          [0, 1],
          [1, 2],
        ],
        [
          [0, 3],
          [1, 4],
        ],
      ),
      undefined,
      'a gap is filled',
    );
    assert.equal(
      grown(
        [[0, 1]],
        [
          [0, 3],
          [1, NaN],
        ],
      ),
      undefined,
      'fewer points',
    );
    assert.equal(
      grown([
        [0, 1],
        [1, 2],
      ]),
      undefined,
      'fewer lines',
    );
    assert.equal(
      grown(
        [
          [0, 1],
          [1, 20],
        ],
        [
          [0, 3],
          [1, NaN],
        ],
      ),
      undefined,
      'another domain',
    );
    const wider = layoutLines(before.chart, { ...SIZE, width: 400 });
    assert.equal(growthOf(before, wider), undefined, 'another size');
    const noted = layoutLines({ ...before.chart, note: '1 of 4 points missing' }, SIZE);
    assert.equal(growthOf(before, noted), undefined, 'another note');
  });

  it('cannot be told of lines with intervals', () => {
    const [line, other] = before.chart.lines;
    const [low, high] = [Float64Array.of(0, 1), Float64Array.of(2, 3)];
    const chart = { ...before.chart, lines: [{ ...line, low, high }, other] };
    assert.equal(growthOf(layoutLines(chart, SIZE), layoutLines(chart, SIZE)), undefined);
  });
});
