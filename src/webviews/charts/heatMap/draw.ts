import type { MatrixValues } from '../../../core/attribution/matrix';
import { colourPixels, type ColourScale, cssColour } from '../../../figures/colour/colourTable';
import { opaqueBackground, type Palette } from '../../../figures/colour/palette';
import { blocksOf } from '../../../figures/heatMap/blocks';
import { cellsPerBlock, type Grid, type HeatMapData } from '../../../figures/heatMap/grid';
import type { HeatMapLayout } from '../../../figures/heatMap/layout';
import type { Mark } from '../../../figures/marks/marks';
import { shortNumber } from '../../../figures/text/numbers';
import type { ChartSurface } from '../../shared/surface';

/** A cell of the grid. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** The cursor and the selected row. */
export interface Marked {
  readonly cursor?: Cell;
  /** The selected row. */
  readonly selected?: number;
}

/** Cells larger than this show their number. */
const NUMBER_CELL = { width: 34, height: 14 } as const;

/** One band's pixels, at one block size. */
interface BandImage {
  readonly canvas: OffscreenCanvas;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Draws a heat map. Pixels are created once for given data, colours and block size, then only moved and
 * stretched: zooming and panning cost one `drawImage` per layer.
 */
export class HeatMapPainter {
  private images: BandImage[] = [];
  private made:
    { data: HeatMapData; scale: ColourScale; height: number; width: number } | undefined;

  constructor(private readonly surface: ChartSurface) {}

  /**
   * Draws all.
   * @returns rows and columns that share one block of the picture; 1 and 1 where each cell is drawn
   */
  draw(
    data: HeatMapData,
    scale: ColourScale,
    layout: HeatMapLayout,
    size: { readonly width: number; readonly height: number },
    palette: Palette,
  ): { readonly rows: number; readonly columns: number } {
    const { surface } = this;
    const { grid } = layout;
    surface.begin(size.width, size.height);
    // Blocks do not extend beyond a layer, so none is higher than the highest layer.
    const highest = Math.max(1, ...grid.bands.map(({ start, end }) => end - start));
    const height = Math.min(highest, cellsPerBlock(grid.cellHeight, surface.ratio));
    const width = Math.min(Math.max(1, grid.columns), cellsPerBlock(grid.cellWidth, surface.ratio));
    this.prepare(data, scale, grid, height, width);
    surface.paint(layout.background, palette);
    this.paintCells(grid, height, width);
    if (grid.cellWidth >= NUMBER_CELL.width && grid.cellHeight >= NUMBER_CELL.height) {
      surface.paint([numbers(data, grid, scale)], palette);
    }
    surface.overlay(layout.axes);
    return { rows: height, columns: width };
  }

  private prepare(
    data: HeatMapData,
    scale: ColourScale,
    grid: Grid,
    height: number,
    width: number,
  ): void {
    const { made } = this;
    const same =
      made?.data === data && made.scale === scale && made.height === height && made.width === width;
    if (same) return;
    this.made = { data, scale, height, width };
    this.images = grid.bands.map((band, b) => {
      const { columns } = data;
      const whole = data.values.subarray(band.start * columns, band.end * columns);
      const blocks =
        height === 1 && width === 1
          ? { values: whole, rows: band.end - band.start, columns }
          : blocksOf(data.values, columns, band, height, width);
      return imageOf(blocks.values, blocks.rows, blocks.columns, scale, this.images.at(b));
    });
  }

  private paintCells(grid: Grid, height: number, width: number): void {
    const { context } = this.surface;
    const { box, bands, cellWidth, cellHeight } = grid;
    context.save();
    context.beginPath();
    context.rect(box.x, box.y, box.width, box.height);
    context.clip();
    context.imageSmoothingEnabled = false;
    bands.forEach((band, b) => {
      const { canvas } = this.images[b];
      const rows = band.end - band.start;
      // The last block may be smaller than the others: no more of it is drawn than there are cells.
      context.drawImage(
        canvas,
        ...([0, 0, grid.columns / width, rows / height] as const),
        ...([grid.xOf(0), grid.yOf(band.start)] as const),
        ...([grid.columns * cellWidth, rows * cellHeight] as const),
      );
    });
    context.restore();
  }
}

function imageOf(
  values: MatrixValues,
  rows: number,
  columns: number,
  scale: ColourScale,
  old: BandImage | undefined,
): BandImage {
  const reusable = old?.rows === rows && old.columns === columns;
  const canvas = reusable ? old.canvas : new OffscreenCanvas(columns, rows);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('the page has no canvas to draw on');
  const image = context.createImageData(columns, rows);
  colourPixels(scale, values, new Uint32Array(image.data.buffer));
  context.putImageData(image, 0, 0);
  return { canvas, rows, columns };
}

/** The numbers of the visible cells, in black or white for contrast with their colours. */
function numbers(data: HeatMapData, grid: Grid, scale: ColourScale): Mark {
  const [firstRow, lastRow] = grid.visibleRows();
  const [first, last] = grid.visibleColumns();
  const marks: Mark[] = [];
  for (let row = firstRow; row < lastRow; row++) {
    for (let column = first; column < last; column++) {
      const value = data.values[row * data.columns + column];
      const colour = cssColour(scale, value);
      if (!colour) continue;
      marks.push({
        kind: 'text',
        x: grid.xOf(column) + grid.cellWidth / 2,
        y: grid.yOf(row) + grid.cellHeight / 2,
        text: shortNumber(value),
        size: 10,
        anchor: 'middle',
        baseline: 'middle',
        fill: isBright(colour) ? '#000000' : '#ffffff',
      });
    }
  }
  return { kind: 'group', clip: grid.box, marks };
}

/** Whether black stands out from a colour more than white. @param colour `#rrggbb` */
function isBright(colour: string): boolean {
  const part = (at: number): number => (parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2;
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5) > 0.18;
}

/** Outlines of the cursor and the selected row. */
export function markedMarks(grid: Grid, palette: Palette, { cursor, selected }: Marked): Mark[] {
  const { box, cellWidth, cellHeight } = grid;
  const marks: Mark[] = [];
  const outline = (row: number, x: number, width: number, stroke: string): void => {
    const y = grid.yOf(row);
    marks.push(
      ...[opaqueBackground(palette), stroke].map((colour, i): Mark => ({
        kind: 'rect',
        x: x - 1,
        y: y - 1,
        width: width + 2,
        height: Math.max(3, cellHeight + 2),
        fill: 'none',
        stroke: colour,
        strokeWidth: i === 0 ? 4 : 2,
      })),
    );
  };
  if (selected !== undefined && selected < grid.rows) {
    outline(selected, grid.xOf(0), grid.columns * cellWidth, palette.accent);
  }
  if (cursor && isWithin(cursor, grid)) {
    outline(cursor.row, grid.xOf(cursor.column), Math.max(2, cellWidth), palette.focus);
  }
  const clip = { x: box.x - 3, y: box.y - 3, width: box.width + 6, height: box.height + 6 };
  return [{ kind: 'group', clip, marks }];
}

/** A cursor on the bars is in no cell. */
function isWithin({ row, column }: Cell, { rows, columns }: Grid): boolean {
  return row >= 0 && column >= 0 && row < rows && column < columns;
}
