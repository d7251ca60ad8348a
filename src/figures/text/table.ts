import { strToU8 } from 'fflate';
import { type CsvCell, writeCsv } from '../../core/formats/csv';

/** A column of a table. */
export interface TableColumn {
  readonly head: string;
  /** In pixels; by default 84, which fits a number. */
  readonly width?: number;
  /** Width in a wide table; interpolated for tables in between. */
  readonly wide?: number;
  /** Whether cells are left-aligned text; numbers are right-aligned so that their digits line up. */
  readonly text?: boolean;
}

/** A table of any size, read cell by cell. */
export interface TableModel {
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  readonly rows: number;
  /** Number of columns at the left that name the row and stay visible. */
  readonly names: number;
  cell(row: number, column: number): string;
  /** Tooltip of a cell, if it says more than the cell. */
  hint?(row: number, column: number): string | undefined;
}

/** A cell of a table: NaN and null are missing. */
export type Cell = Extract<CsvCell, string | number | null>;

/** A table as CSV, see {@link writeCsv}. */
export function csvBytes(heads: readonly string[], rows: readonly (readonly Cell[])[]): Uint8Array {
  return strToU8(writeCsv(heads, rows));
}

/** Anything as JSON: missing numbers are null, typed arrays are lists. */
export function jsonBytes(value: unknown): Uint8Array {
  const text = JSON.stringify(
    value,
    (_, inner: unknown) => (ArrayBuffer.isView(inner) ? Array.from(inner as Float64Array) : inner),
    1,
  );
  return strToU8(`${text}\n`);
}
