import assert from 'node:assert/strict';
import { layoutNeuronBars } from '../../../src/figures/bars/neuronBars';
import { FIGURE_PALETTES } from '../../../src/figures/colour/palette';
import type { HeatMapData } from '../../../src/figures/heatMap/grid';
import { layoutHeatMap } from '../../../src/figures/heatMap/layout';
import { WHOLE } from '../../../src/figures/heatMap/viewport';
import type { Mark, TextMark } from '../../../src/figures/marks/marks';

/** A heat map of these layers, with 16 features. */
function dataOf(layers: readonly number[]): HeatMapData {
  let start = 0;
  const bands = layers.map((rows, layer) => ({
    label: `layer ${layer}`,
    start,
    end: (start += rows),
  }));
  const first = new Map(bands.flatMap((band) => range(band.start, band.end, band.start)));
  return {
    values: new Float64Array(16 * start),
    pruned: new Uint8Array(start),
    bands,
    columns: 16,
    rowLabel: (row) => String(row - (first.get(row) ?? 0)),
    columnLabel: (column) => `f${column}`,
  };
}

function range(from: number, to: number, value: number): [number, number][] {
  return Array.from({ length: to - from }, (_, i) => [from + i, value]);
}

const textsOf = (marks: readonly Mark[]): TextMark[] =>
  marks.filter((mark): mark is TextMark => mark.kind === 'text');

/** Labels that stand below each other at the left, top to bottom: those of layers, those of neurons. */
function labelsAtLeft(layers: readonly number[], height: number): [TextMark[], TextMark[]] {
  const { axes } = layoutHeatMap(
    dataOf(layers),
    { width: 600, height },
    WHOLE,
    FIGURE_PALETTES.light,
  );
  const left = textsOf(axes).filter(({ x }) => x < 56);
  return [
    left.filter(({ weight }) => weight === 'bold'),
    left.filter(({ weight }) => weight !== 'bold'),
  ];
}

describe('the axes of a heat map', () => {
  for (const [what, layers] of [
    ['200 layers of 4 neurons', Array<number>(200).fill(4)],
    ['50 layers of 1 neuron', Array<number>(50).fill(1)],
    ['one large layer and many small ones', [400, ...Array<number>(30).fill(2)]],
    ['three layers', [64, 16, 16]],
    ['layers whose last neurons meet the next layer', [21, 21, 21]],
  ] as const) {
    for (const height of [120, 240, 500, 900]) {
      it(`keeps labels apart: ${what} in ${height} px`, () => {
        const [names, numbers] = labelsAtLeft(layers, height);
        assert.ok(names.length > 0);
        const extent = ({ text, rotate }: TextMark): number =>
          rotate === undefined ? 11 : text.length * 5.5;
        for (const [i, name] of names.entries()) {
          if (i === 0) continue;
          const needed = (extent(name) + extent(names[i - 1])) / 2;
          assert.ok(name.y - names[i - 1].y >= needed, `${names[i - 1].text} and ${name.text}`);
        }
        for (const [i, number] of numbers.entries()) {
          assert.ok(i === 0 || number.y - numbers[i - 1].y >= 11, number.text);
        }
      });
    }
  }

  it('has no numbers of neurons where a layer has room for its own alone', () => {
    const [names, numbers] = labelsAtLeft(Array<number>(200).fill(4), 700);
    assert.deepEqual(numbers, []);
    assert.equal(names[0].text, '0');
    assert.ok(names.length > 20 && names.length < 60, String(names.length));
    // Numbers end before the line beside them, whatever their digits.
    assert.ok(names.every(({ anchor }) => anchor === 'end'));
    // A bold digit is 7 pixels wide.
    assert.ok(names.every(({ x, text }) => x - 7 * text.length >= 0));
  });

  it('leaves most of the height to cells, however many layers there are', () => {
    const layers = Array<number>(200).fill(4);
    const { grid } = layoutHeatMap(
      dataOf(layers),
      { width: 600, height: 700 },
      WHOLE,
      FIGURE_PALETTES.light,
    );
    const bottom = grid.yOf(799) + grid.cellHeight;
    assert.ok(bottom <= grid.box.y + grid.box.height + 1e-6, 'all rows are in sight');
    assert.ok(800 * grid.cellHeight >= 0.7 * grid.box.height);
  });

  it('has the whole level of the null within the bars beside it', () => {
    const { grid } = layoutHeatMap(
      dataOf([8]),
      { width: 200, height: 300 },
      WHOLE,
      FIGURE_PALETTES.light,
    );
    for (const width of [60, 92, 190]) {
      for (const nullLevel of [0.01, 4.25, 10]) {
        const { axes } = layoutNeuronBars(
          {
            title: 'Relative polysemanticity',
            values: new Float64Array(8).fill(3),
            pruned: new Uint8Array(8),
            means: new Map([[0, { mean: 10.4 }]]),
            domain: [0, 10],
            nullLevel,
            nullLabel: '4.25 ± 0.01',
          },
          grid,
          width,
          FIGURE_PALETTES.light,
        );
        const label = textsOf(axes).find(({ text }) => text.startsWith('null'));
        assert.ok(label);
        assert.equal(label.text, width < 92 ? `null ${nullLevel}` : 'null 4.25 ± 0.01');
        const half = (label.text.length * 5.5) / 2;
        assert.ok(label.x - half >= 0 && label.x + half <= width, `${label.x} of ${width}`);
      }
    }
  });
});
