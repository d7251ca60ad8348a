import type { Mark } from '../../shared/marks/marks';
import { colourIndex, cssColour, MISSING, type ColourScale } from '../colour/colourTable';
import type { HeatMapData } from './data';
import type { Grid } from './grid';

/**
 * The cells in sight as rectangles, for a file: neighbours of one colour in a row are one. Each is a
 * rectangle of its own, so that no program blurs them.
 */
export function cellMarks(data: HeatMapData, grid: Grid, scale: ColourScale): Mark {
  const { columns, cellWidth, cellHeight, box } = grid;
  const [firstRow, lastRow] = grid.rowsInSight();
  const [first, last] = grid.columnsInSight();
  const marks: Mark[] = [];
  for (let row = firstRow; row < lastRow; row++) {
    const y = grid.yOf(row);
    for (let column = first; column < last;) {
      const value = data.values[row * columns + column];
      const index = colourIndex(scale, value);
      let end = column + 1;
      while (end < last && colourIndex(scale, data.values[row * columns + end]) === index) end++;
      if (index !== MISSING) {
        marks.push({
          kind: 'rect',
          x: grid.xOf(column),
          y,
          // Overlapping the next one a little: no seams where edges fall between pixels.
          width: (end - column) * cellWidth + (end < last ? 0.2 : 0),
          height: cellHeight + (isLastOfBand(grid, row) ? 0 : 0.2),
          fill: cssColour(scale, value) ?? 'none',
        });
      }
      column = end;
    }
  }
  return { kind: 'group', clip: box, marks };
}

function isLastOfBand({ bands }: Grid, row: number): boolean {
  return bands.some(({ end }) => end === row + 1);
}
