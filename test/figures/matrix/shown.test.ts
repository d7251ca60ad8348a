import { csvParse } from 'd3-dsv';
import assert from 'node:assert/strict';
import { computedMatrix, storedMatrix } from '../../../src/core/attribution/matrix';
import { measureMatrix } from '../../../src/core/measures/measure';
import { colourScale } from '../../../src/figures/colour/colourTable';
import { FIGURE_PALETTES } from '../../../src/figures/colour/palette';
import { blocksOf } from '../../../src/figures/heatMap/blocks';
import { WHOLE } from '../../../src/figures/heatMap/viewport';
import { svgText } from '../../../src/figures/marks/svgText';
import { compose, isClipped, type Picture } from '../../../src/figures/matrix/compose';
import { matrixFigure } from '../../../src/figures/matrix/figure';
import {
  coverageOf,
  measureRows,
  NEURON_MEASURES,
  neuronMeasure,
  type PageMatrix,
  whyUndefined,
} from '../../../src/figures/matrix/measured';
import { neuronAt, rowsBySlot, slotOf } from '../../../src/figures/matrix/neuronIndex';
import { pictureCsv, pictureJson, pictureTable } from '../../../src/figures/matrix/numbers';
import { type Filter, rankInRow, showMatrix } from '../../../src/figures/matrix/shown';
import { allMissing, chartInWords, noticeInWords } from '../../../src/figures/matrix/words';
import { matrixOf, NEURON_INDEX, seriesOf } from './samples';

const ALL: Filter = { dead: true, threshold: 0, pruned: 'place' };
const SLOTS = Int32Array.of(0, 1, 2, 3, 4, 5, 6);
const relative = neuronMeasure('relative');
/** Unit 1 of layer 0 is pruned, unit 2 of layer 1 dead. */
const SAMPLE = matrixOf(
  [
    [0, 2, 3],
    [0, 1, 2],
  ],
  5,
  (row, f) => (row === 5 ? 0 : Math.sin(row + 2 * f)),
);

function pictureOf(filter: Partial<Filter> = {}, matrix: PageMatrix = SAMPLE): Picture {
  const order = { slots: SLOTS, columns: Int32Array.of(4, 3, 2, 1, 0) };
  const shown = showMatrix(
    matrix,
    NEURON_INDEX,
    order,
    rowsBySlot(NEURON_INDEX, matrix),
    measureRows(matrix, relative),
    coverageOf(matrix),
    { ...ALL, ...filter },
  );
  return compose(shown, NEURON_INDEX, relative, [1, 5], {
    mean: 3,
    standardError: 0.01,
    count: 100,
    of: 'neuron',
    old: false,
  });
}

describe('what a picture of a matrix shows', () => {
  it('measures as the core does', () => {
    const core = measureMatrix(computedMatrix(storedMatrix(SAMPLE)));
    for (const measure of NEURON_MEASURES) {
      const expected = core[measure.id];
      assert.ok(expected.level === 'neuron');
      for (const matrix of [storedMatrix(SAMPLE), computedMatrix(storedMatrix(SAMPLE))]) {
        assert.deepEqual(measureRows(matrix, measure), expected.perNeuron, measure.id);
      }
    }
    assert.deepEqual(coverageOf(storedMatrix(SAMPLE)), core.coverage.perFeature);
    assert.ok(measureRows(SAMPLE, neuronMeasure('selectivity')).every(Number.isNaN));
  });

  it('is in float32 where the matrix is, from the matrix to the blocks of its picture', () => {
    const { shown, heat } = pictureOf({}, storedMatrix(SAMPLE));
    assert.ok(shown.values instanceof Float32Array);
    assert.equal(heat.values, shown.values);
    const blocks = blocksOf(heat.values, heat.columns, heat.bands[0], 2, 2).values;
    assert.ok(blocks instanceof Float32Array);
    const wide = pictureOf({}, computedMatrix(storedMatrix(SAMPLE)));
    assert.deepEqual([...shown.values], [...wide.shown.values]);
  });

  it('keeps the place of a pruned neuron, or leaves it out', () => {
    const { shown } = pictureOf();
    assert.deepEqual([...shown.slots], [0, 1, 2, 3, 4, 5, 6]);
    assert.deepEqual([...shown.rows], [0, -1, 1, 2, 3, 4, 5]);
    assert.ok(shown.values.subarray(5, 10).every(Number.isNaN));
    assert.deepEqual([...pictureOf({ pruned: 'collapse' }).shown.slots], [0, 2, 3, 4, 5, 6]);
  });

  it('gathers values by sorted rows and columns', () => {
    const { shown } = pictureOf();
    for (let row = 0; row < 7; row++) {
      if (shown.rows[row] < 0) continue;
      for (let column = 0; column < 5; column++) {
        const expected = SAMPLE.values[shown.rows[row] * 5 + (4 - column)];
        assert.equal(shown.values[row * 5 + column], expected);
      }
    }
  });

  it('leaves out layers, dead neurons and what is below the threshold', () => {
    assert.deepEqual([...pictureOf({ layers: [1] }).shown.slots], [4, 5, 6]);
    assert.deepEqual([...pictureOf({ dead: false }).shown.slots], [0, 1, 2, 3, 4, 5]);
    const { shown } = pictureOf({ threshold: 0.5, pruned: 'collapse' });
    const left = [...shown.values].filter((value) => !Number.isNaN(value));
    assert.ok(left.length > 0 && left.every((value) => Math.abs(value) >= 0.5));
    assert.ok(!shown.slots.includes(6));
  });

  it('means the measure over all neurons that are left, whatever is filtered', () => {
    const whole = pictureOf().shown.bands[1].summary;
    assert.equal(whole.count, 2);
    assert.equal(whole.missing, 1);
    assert.deepEqual(pictureOf({ dead: false, threshold: 0.9 }).shown.bands[1].summary, whole);
    const { relative: core } = measureMatrix(SAMPLE);
    assert.deepEqual(whole, core.layers[1]);
    assert.deepEqual(pictureOf({ layers: [0] }).shown.net, core.net);
  });

  it('ranks magnitudes within a row, ties sharing the better rank', () => {
    const matrix = matrixOf([[0], []], 5, (_, f) => [3, -5, 3, 0, 1][f]);
    const { shown } = pictureOf({ pruned: 'collapse' }, matrix);
    const ranks = [0, 1, 2, 3, 4].map((column) => rankInRow(shown, 0, column));
    assert.deepEqual(ranks, [4, 5, 2, 1, 2]);
  });

  it('finds neurons by layer and unit, and back', () => {
    for (let slot = 0; slot < NEURON_INDEX.neurons; slot++) {
      const { layer, unit } = neuronAt(NEURON_INDEX, slot);
      assert.equal(slotOf(NEURON_INDEX, layer, unit), slot);
    }
    assert.equal(slotOf(NEURON_INDEX, 2, 0), undefined);
    assert.equal(slotOf(NEURON_INDEX, 1, 3), undefined);
  });

  it('says what is missing and why, never 0', () => {
    const picture = pictureOf();
    const at = (row: number): string =>
      chartInWords('heat', picture, NEURON_INDEX, { row, column: 0 });
    assert.equal(at(1), 'Layer 0, neuron 1: pruned');
    assert.match(
      at(6),
      /Layer 1, neuron 2, f4: 0, rank 1 of 5\. Relative polysemanticity undefined/,
    );
    assert.match(at(0), /Layer 0, neuron 0, f4: \+0\.989, rank 1 of 5/);
    const bar = chartInWords('neurons', picture, NEURON_INDEX, { row: 6, column: -1 });
    assert.match(bar, /undefined: every attribution of the neuron is zero/);
    assert.match(
      chartInWords('features', picture, NEURON_INDEX, { row: -1, column: 0 }),
      /^Feature f4: /,
    );
    const scale = colourScale('blue-red', FIGURE_PALETTES.light, 'signed', 0.5);
    const colours = { scale, title: '', clipped: isClipped(picture.shown, 0.5) };
    assert.equal(
      noticeInWords({ rows: 3, columns: 2 }, colours, false, { running: false, old: false }),
      'each point shows the largest |a| of 3 × 2 cells · colours end at ±0.5',
    );
  });
});

describe('the numbers of a picture', () => {
  const origin = {
    series: seriesOf(),
    checkpoint: seriesOf().checkpoints[2],
    neuronIndex: NEURON_INDEX,
  };
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

  it('are exactly those shown, in CSV', () => {
    const picture = pictureOf({ pruned: 'place' });
    const lines = csvParse(text(pictureCsv(picture, origin)));
    assert.deepEqual(lines.columns, [
      'layer',
      'unit',
      'pruned',
      'relative',
      'f4',
      'f3',
      'f2',
      'f1',
      'f0',
    ]);
    assert.equal(lines.length, 7);
    assert.deepEqual(
      { ...lines[1] },
      {
        layer: '0',
        unit: '1',
        pruned: 'true',
        relative: '',
        f4: '',
        f3: '',
        f2: '',
        f1: '',
        f0: '',
      },
    );
    assert.equal(Number(lines[0].f3), SAMPLE.values[3]);
    assert.equal(lines[6].relative, '');
  });

  it('are exactly those shown, in JSON', () => {
    const picture = pictureOf();
    const json = JSON.parse(text(pictureJson(picture, origin))) as {
      checkpoint: string;
      null: number;
      neurons: { pruned: boolean; relative: number | null; attributions: (number | null)[] }[];
    };
    assert.equal(json.checkpoint, '1-dense/training/2');
    assert.equal(json.null, 3);
    assert.deepEqual(json.neurons[1].attributions, [null, null, null, null, null]);
    assert.equal(json.neurons[6].relative, null);
    assert.equal(json.neurons[0].attributions[1], SAMPLE.values[3]);
  });

  it('make a table with the same cells', () => {
    const table = pictureTable(pictureOf(), origin);
    assert.equal(table.rows, 7);
    assert.deepEqual(
      [0, 1, 2, 3].map((c) => table.cell(1, c)),
      ['0', '1', 'pruned', ''],
    );
    assert.deepEqual(
      [0, 1, 2].map((c) => table.cell(6, c)),
      ['1', '2', '—'],
    );
  });

  it('are no formulas to a spreadsheet', () => {
    const hostile = { ...SAMPLE, featureNames: ['=1+1', '@x', '"q"', 'a,b', '</svg>'] };
    const csv = text(pictureCsv(pictureOf({}, hostile), origin));
    const [head] = csv.split('\n');
    assert.equal(head, `layer,unit,pruned,relative,</svg>,"a,b","""q""",'@x,'=1+1`);
  });
});

describe('the figure of a matrix', () => {
  const scale = colourScale('blue-orange', FIGURE_PALETTES.light, 'signed', 1);
  const colours = { scale, title: 'attribution', clipped: false };
  const texts = { title: 'A <b> & "c"', subtitle: 'sub' };

  it('is well-formed whatever the names are', () => {
    const hostile = { ...SAMPLE, featureNames: ['<script>', '&amp;', '"', "'", '\u0000]]>'] };
    const svg = svgText(matrixFigure(pictureOf({}, hostile), colours, 'light', WHOLE, texts));
    assert.ok(!svg.includes('<script>') && svg.includes('&lt;script&gt;'));
    assert.ok(svg.includes('<title>A &lt;b&gt; &amp; &quot;c&quot;</title>'));
    assert.ok(!/[\u0000-\u0008]/.test(svg));
    const tags = [...svg.matchAll(/<(\/?)([a-zA-Z]+)([^>]*?)(\/?)>/g)];
    const open: string[] = [];
    for (const [, end, tag, , alone] of tags) {
      if (end) assert.equal(open.pop(), tag);
      else if (!alone) open.push(tag);
    }
    assert.deepEqual(open, []);
  });

  it('has a background as asked, and none where it is transparent', () => {
    const of = (theme: 'light' | 'dark' | 'transparent'): string | undefined =>
      matrixFigure(pictureOf(), colours, theme, WHOLE, texts).background;
    assert.equal(of('light'), '#ffffff');
    assert.equal(of('dark'), FIGURE_PALETTES.dark.background);
    assert.equal(of('transparent'), undefined);
  });

  it('says by which rule it was made smaller', () => {
    const large = matrixOf([Array.from({ length: 400 }, (_, i) => i)], 500);
    const neuronIndex = { neurons: 400, layers: [{ layer: 0, start: 0, end: 400 }] };
    const shown = showMatrix(
      large,
      neuronIndex,
      {
        slots: Int32Array.from({ length: 400 }, (_, i) => i),
        columns: Int32Array.from({ length: 500 }, (_, i) => i),
      },
      rowsBySlot(neuronIndex, large),
      measureRows(large, relative),
      coverageOf(large),
      ALL,
    );
    const picture = compose(shown, neuronIndex, relative, [1, 500], undefined);
    const figure = matrixFigure(picture, colours, 'light', WHOLE, texts);
    assert.match(figure.description ?? '', /largest magnitude among \d × \d cells/);
    assert.ok(svgText(figure).length < 6e6);
  });
});

describe('what is said of a measure that no neuron has', () => {
  const selectivity = neuronMeasure('selectivity');

  it('is that a linear network has no activations, or that the matrices do not hold them', () => {
    assert.match(whyUndefined(selectivity, { activation: 'linear' }), /^the network is linear/);
    const kept = whyUndefined(selectivity, { activation: 'relu' });
    assert.match(kept, /which the kept matrices do not hold; the trajectories of the run have/);
    assert.match(whyUndefined(selectivity, { alone: true }), /this matrix does not hold$/);
    assert.match(
      allMissing(selectivity, kept),
      /^Selectivity index is undefined for every neuron: /,
    );
  });

  it('follows the thesis where the run does: a dead neuron scores 0', () => {
    const measure = neuronMeasure('relative');
    const dead = { ...SAMPLE, values: SAMPLE.values.map(() => 0) };
    assert.ok(measureRows(dead, measure).every(Number.isNaN));
    assert.ok(measureRows(dead, measure, 'thesis').every((value) => value === 0));
  });
});
