import type { MatrixValues } from '../../core/attribution/matrix';

/** A layer's rows. */
export interface HeatMapBand {
  readonly label: string;
  /** First row. */
  readonly start: number;
  /** One past the last. */
  readonly end: number;
}

/** What a heat map shows. */
export interface HeatMapData {
  /** `[rows, columns]`, row-major; NaN is missing and stays transparent. */
  readonly values: MatrixValues;
  /** `[rows]`: rows of which nothing is left are hatched. */
  readonly gone: Uint8Array;
  /** Follow each other from the first to the last row; some may be empty. */
  readonly bands: readonly HeatMapBand[];
  readonly columns: number;
  rowLabel(row: number): string;
  columnLabel(column: number): string;
}
