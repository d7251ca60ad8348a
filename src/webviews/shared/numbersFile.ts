import { csvFormatRows } from 'd3-dsv';

/** A cell of a table: NaN and null are missing. */
export type Cell = string | number | null;

/** A table as CSV: missing values are empty, numbers keep all their digits. */
export function csvBytes(heads: readonly string[], rows: readonly (readonly Cell[])[]): Uint8Array {
  const texts = rows.map((row) => row.map(textOf));
  return new TextEncoder().encode(`${csvFormatRows([heads.map(textOf), ...texts])}\n`);
}

function textOf(cell: Cell): string {
  if (cell === null || (typeof cell === 'number' && Number.isNaN(cell))) return '';
  if (typeof cell === 'number') return String(cell);
  // A spreadsheet would take these for formulas.
  return /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}

/** Anything as JSON: missing numbers are null, typed arrays are lists. */
export function jsonBytes(value: unknown): Uint8Array {
  const text = JSON.stringify(
    value,
    (_, inner: unknown) => (ArrayBuffer.isView(inner) ? Array.from(inner as Float64Array) : inner),
    1,
  );
  return new TextEncoder().encode(`${text}\n`);
}
