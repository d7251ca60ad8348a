import { flattenRow, type FlatRow, type MetricsRow } from '../../core/experiment/metricsRow';
import { writeCsv, type CsvCell } from '../../core/formats/csv';

/**
 * All rows as one CSV table for pandas: a column for each number. A list becomes a column for each hidden
 * layer, counted from 0: `hidden.0`, `relative.layers.0`; what is undefined is an empty cell, NaN in
 * pandas.
 */
export function rowsCsv(rows: readonly MetricsRow[]): string {
  const flat = rows.map(flattenRow);
  const columns = new Map<string, (row: FlatRow) => CsvCell>();
  for (const row of flat) {
    for (const [name, value] of Object.entries(row)) {
      if (!Array.isArray(value)) {
        columns.set(name, (one) => one[name] as CsvCell);
        continue;
      }
      for (const layer of value.keys()) {
        columns.set(
          `${name}.${layer}`,
          (one) => (one[name] as CsvCell[] | null | undefined)?.[layer],
        );
      }
    }
  }
  const cells = [...columns.values()];
  return writeCsv(
    [...columns.keys()],
    flat.map((row) => cells.map((cell) => cell(row))),
  );
}

/** All rows as a JSON array, a line for each: what `pandas.read_json` expects. */
export function rowsJson(rows: readonly MetricsRow[]): string {
  return `[\n${rows.map((row) => JSON.stringify(flattenRow(row))).join(',\n')}\n]\n`;
}
