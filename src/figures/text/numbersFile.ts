import { strToU8 } from 'fflate';
import { writeCsv, type CsvCell } from '../../core/formats/csv';

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
