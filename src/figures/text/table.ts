import { strToU8 } from 'fflate';
import { type CsvCell, writeCsv } from '../../core/formats/csv';

/** A column of a table. */
export interface TableColumn {
  readonly head: string;
  /** In pixels; 84 unless given, room for a number. */
  readonly width?: number;
  /** The width where there is room for more than numbers; between the two where there is some. */
  readonly wide?: number;
  /** Texts begin at the left; numbers end at the right, so that their digits stand below each other. */
  readonly text?: boolean;
}

/** A table of any size, read cell by cell. */
export interface TableModel {
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  readonly rows: number;
  /** How many columns at the left stay in sight and name the row. */
  readonly names: number;
  cell(row: number, column: number): string;
  /** What is said where the pointer rests on a cell, if it is more than what is there. */
  hint?(row: number, column: number): string | undefined;
}

/** A cell of a table: NaN and null are missing. */
export type Cell = Extract<CsvCell, string | number | null>;

/** A table as CSV, as {@link writeCsv} has it. */
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
