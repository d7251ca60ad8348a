import type { MatrixValues } from '../../core/attribution/matrix';
import type { Box } from '../marks/marks';
import type { Viewport } from './viewport';

/** Gap between layers in pixels at every magnification; smaller if there are very many layers. */
const GAP = 6;
/** Largest share of the height that all gaps together take. */
const MAX_GAP_SHARE = 0.25;

/** Positions of cells: rows in bands with gaps between them, adjacent columns. */
export interface Grid {
  /** The visible area. */
  readonly box: Box;
  readonly rows: number;
  readonly columns: number;
  readonly bands: readonly HeatMapBand[];
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Left edge of a column. */
  readonly xOf: (column: number) => number;
  /** Top edge of a row. */
  readonly yOf: (row: number) => number;
  /** Column at a position; undefined outside of all columns. */
  columnAt(x: number): number | undefined;
  /** Row at a position; undefined in a gap and outside of all rows. */
  rowAt(y: number): number | undefined;
  /** Rows that are at least partly visible. */
  visibleRows(): readonly [first: number, end: number];
  /** Columns that are at least partly visible. */
  visibleColumns(): readonly [first: number, end: number];
}

/** Lays out the cells. @param all bands; those without rows take no space */
export function gridOf(
  box: Box,
  all: readonly HeatMapBand[],
  columns: number,
  viewport: Viewport,
): Grid {
  const bands = all.filter(({ start, end }) => end > start);
  const rows = bands.reduce((sum, { start, end }) => sum + end - start, 0);
  const height = box.height * viewport.ky;
  const count = Math.max(0, bands.length - 1);
  const gap = count === 0 ? 0 : Math.min(GAP, (MAX_GAP_SHARE * height) / count);
  const gaps = gap * count;
  const width = box.width * viewport.kx;
  const cellHeight = rows > 0 ? (height - gaps) / rows : 0;
  const cellWidth = columns > 0 ? width / columns : 0;
  const left = box.x - viewport.x * width;
  const top = box.y - viewport.y * height;
  const bandOf = new Int32Array(rows);
  bands.forEach(({ start, end }, b) => bandOf.fill(b, start, end));
  const yOf = (row: number): number =>
    top + row * cellHeight + gap * (bandOf[Math.min(row, rows - 1)] ?? 0);
  const rowAt = (y: number): number | undefined => {
    for (const { start, end } of bands) {
      const from = yOf(start);
      if (y < from || y >= from + (end - start) * cellHeight) continue;
      return Math.min(end - 1, start + Math.floor((y - from) / cellHeight));
    }
    return undefined;
  };
  const columnAt = (x: number): number | undefined => {
    const column = Math.floor((x - left) / cellWidth);
    return column >= 0 && column < columns ? column : undefined;
  };
  return {
    box,
    rows,
    columns,
    bands,
    cellWidth,
    cellHeight,
    xOf: (column) => left + column * cellWidth,
    yOf,
    columnAt,
    rowAt,
    visibleRows() {
      let first = rows;
      let end = 0;
      for (const band of bands) {
        const from = yOf(band.start);
        const a = Math.floor((box.y - from) / cellHeight);
        const b = Math.ceil((box.y + box.height - from) / cellHeight);
        const within = [Math.max(0, a), Math.min(band.end - band.start, b)];
        if (within[0] >= within[1]) continue;
        first = Math.min(first, band.start + within[0]);
        end = Math.max(end, band.start + within[1]);
      }
      return [Math.min(first, end), end];
    },
    visibleColumns() {
      const first = Math.max(0, Math.floor((box.x - left) / cellWidth));
      return [first, Math.min(columns, Math.ceil((box.x + box.width - left) / cellWidth))];
    },
  };
}

/** Cells per device pixel, rounded up; 1 if each cell covers at least one pixel. */
export function cellsPerBlock(cellSize: number, ratio: number): number {
  return cellSize * ratio >= 1 ? 1 : Math.max(1, Math.ceil(1 / (cellSize * ratio)));
}

/** A layer's rows. */
export interface HeatMapBand {
  readonly label: string;
  /** First row. */
  readonly start: number;
  /** One past the last. */
  readonly end: number;
}

/** Data of a heat map. */
export interface HeatMapData {
  /** `[rows, columns]`, row-major; NaN is missing and stays transparent. */
  readonly values: MatrixValues;
  /** `[rows]`: 1 for pruned rows, which are hatched. */
  readonly pruned: Uint8Array;
  /** Contiguous, from the first to the last row; bands may be empty. */
  readonly bands: readonly HeatMapBand[];
  readonly columns: number;
  rowLabel(row: number): string;
  columnLabel(column: number): string;
}
