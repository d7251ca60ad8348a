import { colourIndex, type ColourScale, MISSING, tableColour } from '../colour/colourTable';
import { type GroupMark, type Mark, rounded } from '../marks/marks';
import { pngAddress } from '../marks/png';
import { blocksOf } from './blocks';
import type { Grid, HeatMapBand, HeatMapData } from './grid';

/** Number of rows and columns that are drawn as one cell. */
export interface BlockSize {
  readonly rows: number;
  readonly columns: number;
}

/**
 * At most this many blocks are drawn as shapes, which no program blurs, at about 25 bytes each. Beyond it each
 * layer is an image with a pixel per block, at one byte or less. Files of either kind are below 100 kB; a
 * matrix of 150,000 cells is below 200 kB, where shapes would take megabytes.
 */
export const MAX_SHAPES = 4000;

/** Invisibly small overlap that hides seams where edges fall between pixels. */
const OVERLAP = 0.15;

/** Visible blocks of a layer. */
interface BandBlocks {
  readonly band: HeatMapBand;
  /** First block down and across. */
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly columns: number;
  /** `[rows, columns]`: indices into the table of colours. */
  readonly indices: Uint8Array;
}

/** The visible cells for a file, as shapes or, if there are too many, as images. */
export function cellMarks(
  data: HeatMapData,
  grid: Grid,
  scale: ColourScale,
  block: BlockSize,
): Mark {
  const bands = grid.bands.map((band) => visibleBlocks(data, grid, scale, block, band));
  const count = bands.reduce((sum, { indices }) => sum + indices.length, 0);
  const marks =
    count > MAX_SHAPES
      ? bands.flatMap((band) => imageMarks(grid, scale, block, band))
      : shapeMarks(data, grid, scale, block, bands);
  return { kind: 'group', clip: grid.box, marks };
}

function visibleBlocks(
  data: HeatMapData,
  grid: Grid,
  scale: ColourScale,
  block: BlockSize,
  band: HeatMapBand,
): BandBlocks {
  const [firstRow, lastRow] = grid.visibleRows();
  const [firstColumn, lastColumn] = grid.visibleColumns();
  const from = Math.max(0, firstRow - band.start);
  const to = Math.min(band.end, lastRow) - band.start;
  const top = Math.floor(from / block.rows);
  const left = Math.floor(firstColumn / block.columns);
  const rows = Math.max(0, Math.ceil(to / block.rows) - top);
  const columns = Math.max(0, Math.ceil(lastColumn / block.columns) - left);
  const blocks = blocksOf(data.values, data.columns, band, block.rows, block.columns);
  const indices = new Uint8Array(rows * columns);
  for (let r = 0, i = 0; r < rows; r++) {
    const start = (top + r) * blocks.columns + left;
    for (let c = 0; c < columns; c++, i++) {
      indices[i] = colourIndex(scale, blocks.values[start + c]);
    }
  }
  return { band, top, left, rows, columns, indices };
}

/** One path per colour; neighbours of the same colour in a row are one rectangle. */
function shapeMarks(
  { columns: width }: HeatMapData,
  { cellWidth, cellHeight, xOf, yOf }: Grid,
  scale: ColourScale,
  block: BlockSize,
  bands: readonly BandBlocks[],
): Mark[] {
  const paths = new Map<number, string[]>();
  for (const { band, top, left, rows, columns, indices } of bands) {
    for (let r = 0; r < rows; r++) {
      const row = band.start + (top + r) * block.rows;
      const h = rounded(Math.min(block.rows, band.end - row) * cellHeight + OVERLAP);
      for (let c = 0; c < columns;) {
        const first = c;
        const index = indices[r * columns + c];
        while (c < columns && indices[r * columns + c] === index) c++;
        if (index === MISSING) continue;
        const column = (left + first) * block.columns;
        const end = Math.min((left + c) * block.columns, width);
        const w = rounded((end - column) * cellWidth + OVERLAP);
        const parts = paths.get(index) ?? [];
        if (parts.length === 0) paths.set(index, parts);
        parts.push(`M${rounded(xOf(column))} ${rounded(yOf(row))}h${w}v${h}h-${w}z`);
      }
    }
  }
  return [...paths].map(([index, parts]): Mark => {
    return { kind: 'path', d: parts.join(''), fill: tableColour(scale, index) };
  });
}

/** An image of a layer, clipped if its last block is smaller than the others. */
function imageMarks(
  { cellWidth, cellHeight, xOf, yOf, box }: Grid,
  { table }: ColourScale,
  block: BlockSize,
  { band, top, left, rows, columns, indices }: BandBlocks,
): GroupMark[] {
  if (indices.length === 0) return [];
  const y = yOf(band.start);
  const clip = { ...box, y, height: (band.end - band.start) * cellHeight };
  const image: Mark = {
    kind: 'image',
    x: xOf(left * block.columns),
    y: y + top * block.rows * cellHeight,
    width: columns * block.columns * cellWidth,
    height: rows * block.rows * cellHeight,
    href: pngAddress({ width: columns, height: rows, pixels: indices, table }),
  };
  return [{ kind: 'group', clip, marks: [image] }];
}
