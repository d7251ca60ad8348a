import { type ScaleLinear, scaleLinear } from 'd3';
import { opaqueBackground, type Palette } from '../colour/palette';
import type { Grid } from '../heatMap/grid';
import { fitted, type LineMark, type Mark, widthOf } from '../marks/marks';
import { shortNumber } from '../text/numbers';

/** The measure of each neuron, beside a heat map's rows. */
export interface NeuronBarsData {
  /** Name of the measure. */
  readonly title: string;
  /** `[rows]`, NaN where there is none. */
  readonly values: Float64Array;
  /** `[rows]`: 1 for pruned rows, which have neither a bar nor a mark of a missing value. */
  readonly pruned: Uint8Array;
  /** Mean of each of the grid's layers, by its first row. */
  readonly means: ReadonlyMap<number, LayerMean>;
  /** Ends of the axis. */
  readonly domain: readonly [least: number, greatest: number];
  /** Score of random readouts; undefined or NaN if unknown. */
  readonly nullLevel?: number;
  /** The null level as text, with its standard error. */
  readonly nullLabel?: string;
}

/** The mean of a layer. */
export interface LayerMean {
  /** NaN where there is none. */
  readonly mean: number;
  /** Which neurons the mean covers, if these are not the rows of the grid. */
  readonly over?: string;
}

/** Space beside the bars; at the right are the means of layers. */
const RIGHT = 54;
const LEFT = 6;
/** In a chart narrower than this, a mean takes only the width of its text. */
const NARROW = 140;
const MEAN_SIZE = 11;

/** Bars on the rows of a grid, and the marks on top of them. */
export interface NeuronBarsLayout {
  readonly x: ScaleLinear<number, number>;
  readonly bars: readonly Mark[];
  readonly axes: readonly Mark[];
}

/** Lays out the bars. @param width of the chart, in pixels */
export function layoutNeuronBars(
  data: NeuronBarsData,
  grid: Grid,
  width: number,
  palette: Palette,
): NeuronBarsLayout {
  const { box } = grid;
  const x = scaleLinear(data.domain, [LEFT, width - roomForMeans(data, width)]).clamp(true);
  const clip = { x: 0, y: box.y - 1, width, height: box.height + 2 };
  const bars = [...barMarks(data, grid, x, palette)];
  const over = [...meanMarks(data, grid, x, palette), ...nullMarks(data, grid, x, palette)];
  return {
    x,
    bars: [{ kind: 'group', clip, marks: bars }],
    axes: [
      { kind: 'group', clip, marks: over },
      ...nullLabelMarks(data, grid, x, width, palette),
      ...axisMarks(data, grid, x, width, palette),
    ],
  };
}

/** Width of the means of layers at the right. */
function roomForMeans({ means }: NeuronBarsData, width: number): number {
  if (width >= NARROW) return RIGHT;
  const widths = [...means.values()].map(({ mean }) => widthOf(meanText(mean), MEAN_SIZE));
  return Math.min(RIGHT, Math.ceil(Math.max(0, ...widths)) + 12);
}

const meanText = (mean: number): string => `x̄ ${shortNumber(mean)}`;

/** The bar of one row, highlighted. */
export function currentBar(
  data: NeuronBarsData,
  grid: Grid,
  { x }: NeuronBarsLayout,
  row: number | undefined,
  palette: Palette,
): Mark[] {
  const { box, cellHeight } = grid;
  if (row === undefined || row < 0 || row >= grid.rows) return [];
  const y = grid.yOf(row);
  const value = data.values[row];
  if (y + cellHeight < box.y || y > box.y + box.height) return [];
  const [zero] = x.range();
  const width = Number.isNaN(value) ? 14 : Math.max(1, x(value) - zero);
  const height = Math.max(2, cellHeight - 1);
  return [{ kind: 'rect', x: zero, y: y + 0.5, width, height, fill: palette.accent }];
}

function* barMarks(
  data: NeuronBarsData,
  grid: Grid,
  x: ScaleLinear<number, number>,
  palette: Palette,
): Generator<Mark> {
  const [first, last] = grid.visibleRows();
  const { cellHeight } = grid;
  // If several rows share a pixel, the longest bar is shown.
  const step = Math.max(1, Math.floor(1 / cellHeight));
  const gap = cellHeight > 4 ? 1 : 0;
  const [zero] = x.range();
  for (let row = first; row < last; row += step) {
    let value = NaN;
    for (let k = row; k < Math.min(last, row + step); k++) {
      if (!(data.values[k] <= value)) value = Number.isNaN(data.values[k]) ? value : data.values[k];
    }
    const y = grid.yOf(row);
    if (!Number.isNaN(value)) {
      yield {
        kind: 'rect',
        x: zero,
        y: y + gap / 2,
        width: Math.max(0.5, x(value) - zero),
        height: Math.max(1, cellHeight * step - gap),
        fill: palette.bar,
      };
    } else if (!data.pruned[row] && cellHeight >= 3) {
      const middle = y + cellHeight / 2;
      yield {
        kind: 'line',
        x1: zero,
        x2: zero + 14,
        y1: middle,
        y2: middle,
        stroke: palette.muted,
        strokeWidth: 1,
        dash: [2, 2],
      };
    }
  }
}

function meanMarks(
  { means }: NeuronBarsData,
  grid: Grid,
  x: ScaleLinear<number, number>,
  palette: Palette,
): Mark[] {
  const { box, cellHeight } = grid;
  return grid.bands.flatMap(({ start, end }): Mark[] => {
    const { mean, over } = means.get(start) ?? { mean: NaN };
    const top = Math.max(box.y, grid.yOf(start));
    const bottom = Math.min(box.y + box.height, grid.yOf(start) + (end - start) * cellHeight);
    if (bottom - top < 2) return [];
    const at = Number.isNaN(mean) ? x.range()[0] : x(mean);
    const edge = { kind: 'line', x1: at, x2: at, y1: top, y2: bottom } as const;
    const marks: Mark[] = Number.isNaN(mean) ? [] : haloed(edge, 1.5, palette);
    if (bottom - top < 11) return marks;
    const label: Mark = {
      kind: 'text',
      x: x.range()[1] + 6,
      y: Math.min(bottom - 2, top + 10),
      text: meanText(mean),
      size: MEAN_SIZE,
      weight: 'bold',
      fill: palette.text,
    };
    if (over === undefined || bottom - top < 24) return [...marks, label];
    const note: Mark = { ...label, y: label.y + 12, text: over, size: 10, weight: undefined };
    return [...marks, label, { ...note, fill: palette.muted }];
  });
}

function nullMarks(
  { nullLevel = NaN }: NeuronBarsData,
  { box }: Grid,
  x: ScaleLinear<number, number>,
  palette: Palette,
): Mark[] {
  if (Number.isNaN(nullLevel)) return [];
  const at = x(nullLevel);
  const edge = { kind: 'line', x1: at, x2: at, y1: box.y, y2: box.y + box.height } as const;
  return haloed(edge, 1, palette, [4, 3]);
}

/** A line that stands out from bars of its own colour. */
function haloed(
  edge: Omit<LineMark, 'stroke'>,
  strokeWidth: number,
  palette: Palette,
  dash?: readonly number[],
): Mark[] {
  return [
    { ...edge, stroke: opaqueBackground(palette), strokeWidth: strokeWidth + 2, opacity: 0.75 },
    { ...edge, stroke: palette.text, strokeWidth, dash },
  ];
}

function nullLabelMarks(
  { nullLevel = NaN, nullLabel = shortNumber(nullLevel) }: NeuronBarsData,
  { box }: Grid,
  x: ScaleLinear<number, number>,
  width: number,
  palette: Palette,
): Mark[] {
  if (Number.isNaN(nullLevel)) return [];
  const whole = `null ${nullLabel}`;
  // Without the error if the text is too wide: the line of facts has both.
  const text = widthOf(whole, 10) <= width ? whole : `null ${shortNumber(nullLevel)}`;
  // Kept within the edges of the chart.
  const half = widthOf(text, 10) / 2;
  const at = Math.max(half, Math.min(width - half, x(nullLevel)));
  return [
    { kind: 'text', x: at, y: box.y - 4, text, size: 10, anchor: 'middle', fill: palette.muted },
  ];
}

function axisMarks(
  { title }: NeuronBarsData,
  { box }: Grid,
  x: ScaleLinear<number, number>,
  width: number,
  palette: Palette,
): Mark[] {
  const bottom = box.y + box.height;
  const [left, right] = x.range();
  const ticks = x.ticks(Math.max(1, Math.min(3, Math.floor((right - left) / 34))));
  return [
    { kind: 'line', x1: left, x2: right, y1: bottom, y2: bottom, stroke: palette.grid },
    ...ticks.flatMap((tick): Mark[] => [
      { kind: 'line', x1: x(tick), x2: x(tick), y1: bottom, y2: bottom + 3, stroke: palette.grid },
      {
        kind: 'text',
        x: x(tick),
        y: bottom + 14,
        text: shortNumber(tick),
        size: 10,
        anchor: 'middle',
        fill: palette.muted,
      },
    ]),
    {
      kind: 'text',
      x: left,
      y: bottom + 32,
      text: fitted(title, width - left, 11),
      size: 11,
      fill: palette.text,
    },
  ];
}
