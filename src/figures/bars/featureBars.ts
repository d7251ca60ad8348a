import { scaleLinear } from 'd3';
import type { Palette } from '../colour/palette';
import type { Grid } from '../heatMap/grid';
import type { Mark } from '../marks/marks';

/** Height of the chart in pixels. */
export const FEATURE_BARS_HEIGHT = 62;
const TOP = 8;
const BOTTOM = 4;

/** Coverage of each feature, 0 … 1, above a heat map's columns. */
export interface FeatureBarsData {
  /** `[columns]`, NaN where undefined. */
  readonly values: Float64Array;
  /** Mean over the features. */
  readonly mean: number;
}

/** Lays out the bars. */
export function layoutFeatureBars(
  data: FeatureBarsData,
  grid: Grid,
  palette: Palette,
): { readonly bars: readonly Mark[]; readonly axes: readonly Mark[] } {
  const { box, cellWidth } = grid;
  const bottom = FEATURE_BARS_HEIGHT - BOTTOM;
  const y = heightScale();
  const [first, last] = grid.visibleColumns();
  const step = Math.max(1, Math.floor(1 / cellWidth));
  const gap = cellWidth > 4 ? 1 : 0;
  const bars: Mark[] = [];
  for (let column = first; column < last; column += step) {
    // If several columns share a pixel, the least covered is shown.
    let value = NaN;
    for (let f = column; f < Math.min(last, column + step); f++) {
      if (!(data.values[f] >= value)) value = Number.isNaN(data.values[f]) ? value : data.values[f];
    }
    if (Number.isNaN(value)) continue;
    bars.push({
      kind: 'rect',
      x: grid.xOf(column) + gap / 2,
      y: y(value),
      width: Math.max(1, cellWidth * step - gap),
      height: bottom - y(value),
      fill: palette.bar,
    });
  }
  const clip = { x: box.x, y: 0, width: box.width, height: FEATURE_BARS_HEIGHT };
  const ticks = [0, 1].flatMap((tick): Mark[] => [
    {
      kind: 'text',
      x: box.x - 6,
      y: y(tick),
      text: String(tick),
      size: 10,
      anchor: 'end',
      baseline: 'middle',
      fill: palette.muted,
    },
    {
      kind: 'line',
      x1: box.x,
      x2: box.x + box.width,
      y1: y(tick),
      y2: y(tick),
      stroke: palette.grid,
      strokeWidth: 0.75,
    },
  ]);
  const title: Mark = {
    kind: 'text',
    x: box.x - 6,
    y: (y(0) + y(1)) / 2,
    text: 'coverage',
    size: 10,
    anchor: 'end',
    baseline: 'middle',
    fill: palette.text,
  };
  return { bars: [{ kind: 'group', clip, marks: bars }], axes: [...ticks, title] };
}

/** The bar of one column, highlighted. */
export function currentFeatureBar(
  { values }: FeatureBarsData,
  grid: Grid,
  column: number | undefined,
  palette: Palette,
): Mark[] {
  if (column === undefined || !(values[column] >= 0)) return [];
  const { box, cellWidth } = grid;
  const y = heightScale()(values[column]);
  const height = FEATURE_BARS_HEIGHT - BOTTOM - y;
  const width = Math.max(2, cellWidth - 1);
  const clip = { x: box.x, y: 0, width: box.width, height: FEATURE_BARS_HEIGHT };
  const x = grid.xOf(column) + 0.5;
  const bar: Mark = { kind: 'rect', x, y, width, height, fill: palette.accent };
  return [{ kind: 'group', clip, marks: [bar] }];
}

function heightScale(): (coverage: number) => number {
  return scaleLinear([0, 1], [FEATURE_BARS_HEIGHT - BOTTOM, TOP]);
}
