import type { Palette } from '../colour/palette';
import { type Box, type Mark, rounded, shortened, type TextMark } from '../marks/marks';
import { type Grid, gridOf, type HeatMapBand, type HeatMapData } from './grid';
import type { Viewport } from './viewport';

/** Space for axes around the cells, in pixels. */
export const MARGIN = { left: 56, right: 4, top: 14, bottom: 40 } as const;

const LABEL_HEIGHT = 11;
const BAND_LABEL_HEIGHT = 14;
const SIZE = 10;
const CHARACTER = 5.8;
const STRIDES = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000];

/** Layout of a heat map. */
export interface HeatMapLayout {
  readonly grid: Grid;
  /** Pruned rows and the outlines of bands, drawn below the cells. */
  readonly background: readonly Mark[];
  /** Labels of layers, neurons and features. */
  readonly axes: readonly Mark[];
}

/** Lays out a heat map with its axes. @param size of the whole chart, in pixels */
export function layoutHeatMap(
  data: HeatMapData,
  size: { readonly width: number; readonly height: number },
  viewport: Viewport,
  palette: Palette,
): HeatMapLayout {
  const box = {
    x: MARGIN.left,
    y: MARGIN.top,
    width: Math.max(1, size.width - MARGIN.left - MARGIN.right),
    height: Math.max(1, size.height - MARGIN.top - MARGIN.bottom),
  };
  const grid = gridOf(box, data.bands, data.columns, viewport);
  const axes = [...bandAxis(grid, palette), ...rowAxis(grid, data, palette)];
  return {
    grid,
    background: backgroundMarks(grid, data, palette),
    axes: [...axes, ...columnAxis(grid, data, palette)],
  };
}

/** The smallest step between labels that keeps them apart. */
export function strideFor(cell: number, label: number): number {
  return STRIDES.find((stride) => stride * cell >= label) ?? Infinity;
}

/** Layers by name, or only by number if they are low; labels that would overlap are left out. */
function bandAxis(grid: Grid, palette: Palette): Mark[] {
  // Leaves space for three digits of a layer before the line and four digits of a neuron after it.
  const x = 26;
  let free = -Infinity;
  return grid.bands.flatMap((band): Mark[] => {
    const [top, bottom] = visibleExtent(grid, band);
    if (bottom <= top) return [];
    const line: Mark = {
      kind: 'line',
      ...{ x1: x, x2: x, y1: top, y2: bottom },
      ...{ stroke: palette.muted, strokeWidth: 1 },
    };
    const { label } = band;
    const turned = label.length * CHARACTER <= bottom - top;
    const y = (top + bottom) / 2;
    const half = turned ? (label.length * CHARACTER) / 2 : BAND_LABEL_HEIGHT / 2;
    if (y - half < free) return [line];
    free = y + half;
    const text: Mark = {
      kind: 'text',
      x: turned ? x - 8 : x - 4,
      y,
      text: turned ? label : label.replace(/^\D+/, ''),
      size: 11,
      anchor: turned ? 'middle' : 'end',
      baseline: 'middle',
      weight: 'bold',
      fill: palette.text,
      ...(turned && { rotate: -90 }),
    };
    return [line, text];
  });
}

/** Top and bottom of the visible part of a layer. */
function visibleExtent(grid: Grid, { start, end }: HeatMapBand): readonly [number, number] {
  const { box, cellHeight } = grid;
  const from = grid.yOf(start);
  const to = from + (end - start) * cellHeight;
  return [Math.max(box.y, from), Math.min(box.y + box.height, to)];
}

function rowAxis(grid: Grid, data: HeatMapData, palette: Palette): Mark[] {
  const stride = strideFor(grid.cellHeight, LABEL_HEIGHT);
  const [first, last] = grid.visibleRows();
  const { box } = grid;
  const marks: TextMark[] = [];
  for (const band of grid.bands) {
    const [top, bottom] = visibleExtent(grid, band);
    // There is only space for the number of the layer.
    if (bottom - top < LABEL_HEIGHT) continue;
    for (let row = band.start; row < Math.min(band.end, last); row += stride) {
      const y = grid.yOf(row) + grid.cellHeight / 2;
      if (row < first || y < box.y || y > box.y + box.height) continue;
      // The first label of a layer replaces the last one of the layer above.
      if (y - (marks.at(-1)?.y ?? -Infinity) < LABEL_HEIGHT) marks.pop();
      marks.push({
        kind: 'text',
        x: box.x - 6,
        y,
        text: data.rowLabel(row),
        size: SIZE,
        anchor: 'end',
        baseline: 'middle',
        fill: palette.muted,
      });
    }
  }
  return marks;
}

function columnAxis(grid: Grid, data: HeatMapData, palette: Palette): Mark[] {
  const { box, cellWidth } = grid;
  const [first, last] = grid.visibleColumns();
  let longest = 1;
  for (let column = first; column < last; column++) {
    longest = Math.max(longest, Math.min(14, data.columnLabel(column).length));
  }
  const upright = strideFor(cellWidth, longest * CHARACTER + 6);
  const stride =
    Math.min(upright, Infinity) > 1 && longest > 4 ? strideFor(cellWidth, 12) : upright;
  const turned = stride !== upright;
  const marks: Mark[] = [];
  const y = box.y + box.height + (turned ? 8 : 14);
  for (let column = 0; column < last; column += stride) {
    const x = grid.xOf(column) + cellWidth / 2;
    if (column < first || x < box.x || x > box.x + box.width) continue;
    marks.push({
      kind: 'text',
      x,
      y,
      text: shortened(data.columnLabel(column), turned ? 8 : 14),
      size: SIZE,
      anchor: turned ? 'end' : 'middle',
      fill: palette.muted,
      ...(turned && { rotate: -45, baseline: 'middle' as const }),
    });
  }
  marks.push({
    kind: 'text',
    x: box.x + box.width / 2,
    y: box.y + box.height + 32,
    text: 'feature',
    size: 11,
    anchor: 'middle',
    fill: palette.text,
  });
  return turned ? marks.slice(0, -1) : marks;
}

function backgroundMarks(grid: Grid, data: HeatMapData, palette: Palette): Mark[] {
  const { box, bands, cellHeight, columns, cellWidth } = grid;
  const marks: Mark[] = [];
  const x = grid.xOf(0);
  const width = columns * cellWidth;
  for (const { start, end } of bands) {
    for (let row = start; row < end; row++) {
      if (!data.pruned[row]) continue;
      let last = row;
      while (last + 1 < end && data.pruned[last + 1]) last++;
      const rows = { x, y: grid.yOf(row), width, height: (last - row + 1) * cellHeight };
      marks.push(hatch(intersection(rows, box), palette));
      row = last;
    }
    const y = grid.yOf(start);
    marks.push({
      kind: 'rect',
      x,
      y,
      width,
      height: (end - start) * cellHeight,
      fill: 'none',
      stroke: palette.grid,
      strokeWidth: palette.contrast ? 1 : 0.75,
    });
  }
  return [{ kind: 'group', clip: pad(box, 1), marks }];
}

function pad({ x, y, width, height }: Box, by: number): Box {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

function intersection(a: Box, b: Box): Box {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  return {
    x,
    y,
    width: Math.max(0, Math.min(a.x + a.width, b.x + b.width) - x),
    height: Math.max(0, Math.min(a.y + a.height, b.y + b.height) - y),
  };
}

const HATCH = 6;

/** Diagonal lines within a rectangle; adjacent rectangles have matching lines. */
function hatch({ x, y, width, height }: Box, palette: Palette): Mark {
  const right = x + width;
  const bottom = y + height;
  const lines: string[] = [];
  for (let sum = Math.ceil((x + y) / HATCH) * HATCH; sum < right + bottom; sum += HATCH) {
    const x1 = Math.max(x, sum - bottom);
    const x2 = Math.min(right, sum - y);
    if (x2 > x1)
      lines.push(`M${rounded(x1)} ${rounded(sum - x1)}L${rounded(x2)} ${rounded(sum - x2)}`);
  }
  const stroke = palette.contrast ? palette.text : palette.grid;
  return { kind: 'path', d: lines.join(''), stroke, strokeWidth: 0.8 };
}
