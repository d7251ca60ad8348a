import { shortNumber } from '../shared/numbers';
import type { TableModel } from '../shared/virtualTable';
import { HEADS, type NumbersRow } from './model/numbers';

/** The points that the charts show, as a table to be read. */
export function numbersTable(rows: readonly NumbersRow[]): TableModel {
  return {
    caption: 'The points that the charts show',
    heads: HEADS,
    rows: rows.length,
    names: 2,
    columnWidth: 140,
    cell: (row, column) => {
      const cell = rows[row][column];
      return typeof cell === 'number' || cell === null ? shortNumber(cell) : cell;
    },
  };
}
