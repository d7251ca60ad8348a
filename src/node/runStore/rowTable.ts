import { flattenRow, type FlatRow, type MetricsRow } from '../../core/experiment/metricsRow';

/** A value of a table of rows; null or undefined if it is missing. */
export type RowCell = string | number | boolean | null | undefined;

/** A column of a table of rows. */
export interface RowColumn {
  readonly name: string;
  /** A value for each row. */
  readonly values: readonly RowCell[];
}

/**
 * All rows as columns of single values. A list becomes one column per hidden layer, counted from 0: `hidden.0`,
 * `relative.layers.0`. Rows without a field have no value there.
 */
export function rowColumns(rows: readonly MetricsRow[]): RowColumn[] {
  const flat = rows.map(flattenRow);
  const columns = new Map<string, (row: FlatRow) => RowCell>();
  for (const row of flat) {
    for (const [name, value] of Object.entries(row)) {
      if (!Array.isArray(value)) {
        columns.set(name, (one) => one[name] as RowCell);
        continue;
      }
      for (const layer of value.keys()) {
        columns.set(
          `${name}.${layer}`,
          (one) => (one[name] as RowCell[] | null | undefined)?.[layer],
        );
      }
    }
  }
  return [...columns].map(([name, cell]) => ({ name, values: flat.map(cell) }));
}
