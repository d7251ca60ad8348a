import type { Mark } from '../marks/marks';
import { colourIndex, MISSING, tableColour, type ColourScale } from '../colour/colourTable';
import { blocksOf } from './blocks';
import type { HeatMapBand, HeatMapData } from './data';
import type { Grid } from './grid';

/** How many rows and columns are drawn as one. */
export interface BlockSize {
  readonly rows: number;
  readonly columns: number;
}

/** Less than can be seen, and there are no seams where edges fall between pixels. */
const OVERLAP = 0.15;

/**
 * The cells in sight as shapes, for a file: a path for each colour, so that no program blurs them and the
 * file stays small. Neighbours of one colour in a row are one rectangle.
 */
export function cellMarks(
  data: HeatMapData,
  grid: Grid,
  scale: ColourScale,
  block: BlockSize,
): Mark {
  const paths = new Map<number, string[]>();
  for (const band of grid.bands) collect(data, grid, scale, block, band, paths);
  const marks = [...paths].map(([index, parts]): Mark => {
    return { kind: 'path', d: parts.join(''), fill: tableColour(scale, index) };
  });
  return { kind: 'group', clip: grid.box, marks };
}

function collect(
  data: HeatMapData,
  grid: Grid,
  scale: ColourScale,
  { rows, columns }: BlockSize,
  band: HeatMapBand,
  paths: Map<number, string[]>,
): void {
  const { cellWidth, cellHeight, box } = grid;
  const blocks = blocksOf(data.values, data.columns, band, rows, columns);
  for (let r = 0; r < blocks.rows; r++) {
    const top = grid.yOf(band.start + r * rows);
    const height = Math.min(rows, band.end - band.start - r * rows) * cellHeight;
    if (top > box.y + box.height || top + height < box.y) continue;
    const line = blocks.values.subarray(r * blocks.columns, (r + 1) * blocks.columns);
    for (let c = 0; c < line.length;) {
      const index = colourIndex(scale, line[c]);
      let end = c + 1;
      while (end < line.length && colourIndex(scale, line[end]) === index) end++;
      const x = grid.xOf(c * columns);
      const width = (Math.min(end * columns, data.columns) - c * columns) * cellWidth;
      c = end;
      if (index === MISSING || x > box.x + box.width || x + width < box.x) continue;
      const w = fixed(width + OVERLAP);
      const h = fixed(height + OVERLAP);
      const parts = paths.get(index) ?? [];
      if (parts.length === 0) paths.set(index, parts);
      parts.push(`M${fixed(x)} ${fixed(top)}h${w}v${h}h-${w}z`);
    }
  }
}

const fixed = (length: number): string => String(Math.round(length * 100) / 100);
