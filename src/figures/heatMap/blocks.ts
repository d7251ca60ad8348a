import { type MatrixValues, zerosLike } from '../../core/attribution/matrix';

/** A range of rows; blocks never extend beyond it. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** A matrix reduced to blocks. */
export interface Blocks {
  /** `[rows, columns]` of blocks; NaN if all values of a block are missing. */
  readonly values: MatrixValues;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Reduces rows to blocks. Each block has its value of the largest magnitude, with its sign, so that outliers
 * stay visible however small the picture is. The last block of a row or column may be
 * smaller than the others.
 * @param values `[…, columns]`
 * @param range rows to reduce
 * @param height rows of a block
 * @param width columns of a block
 */
export function blocksOf(
  values: MatrixValues,
  columns: number,
  { start, end }: RowRange,
  height: number,
  width: number,
): Blocks {
  const blockRows = Math.ceil((end - start) / height);
  const blockColumns = Math.ceil(columns / width);
  const blocks = zerosLike(values, blockRows * blockColumns).fill(NaN);
  for (let row = start; row < end; row++) {
    const to = Math.floor((row - start) / height) * blockColumns;
    const from = row * columns;
    for (let block = 0, column = 0; block < blockColumns; block++) {
      const last = Math.min(columns, column + width);
      let extreme = blocks[to + block];
      let magnitude = Number.isNaN(extreme) ? -1 : Math.abs(extreme);
      for (; column < last; column++) {
        const value = values[from + column];
        // False for a missing value.
        if (Math.abs(value) > magnitude) {
          extreme = value;
          magnitude = Math.abs(value);
        }
      }
      blocks[to + block] = extreme;
    }
  }
  return { values: blocks, rows: blockRows, columns: blockColumns };
}
