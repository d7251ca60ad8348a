import type { BasicType, ColumnSource } from 'hyparquet-writer';
import { invalid, show } from '../../core/errors';
import type { MetricsRow } from '../../core/experiment/metricsRow';
import { rowColumns, type RowCell, type RowColumn } from './rowTable';

/** Columns of whole numbers, the same in every run. */
const WHOLE = /^(seed|step|epoch|parameters|hidden\.\d+|(.+\.)?missing)$/;
/** Columns of text, the same in every run. */
const TEXT: readonly string[] = ['arm', 'phase'];

/**
 * All rows as one Parquet table, with the columns of the CSV export. Text is STRING, counts are INT64, all other
 * numbers DOUBLE, whatever values a run has, so that the tables of several runs can be concatenated. Undefined values
 * are null.
 * @throws LabError if a column holds values of different kinds
 */
export async function rowsParquet(rows: readonly MetricsRow[]): Promise<Uint8Array> {
  // Only this format needs the library.
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const columnData = rowColumns(rows).map(columnSource);
  return new Uint8Array(parquetWriteBuffer({ columnData, createdBy: 'polysemanticity' }));
}

function columnSource({ name, values }: RowColumn): ColumnSource {
  const type = typeOf(name, values);
  const data = values.map((value) => {
    if (value === null || value === undefined || Number.isNaN(value)) return null;
    if (typeof value !== KINDS[type]) {
      const message = `the column holds ${show(value)}, but its other values are of the type ${type}`;
      throw invalid(message, { field: name });
    }
    return type === 'INT64' ? BigInt(value) : value;
  });
  return { name, data, type };
}

type ColumnType = Extract<BasicType, 'STRING' | 'BOOLEAN' | 'INT64' | 'DOUBLE'>;

/** What `typeof` says of the values of a column. */
const KINDS: Readonly<Record<ColumnType, string>> = {
  STRING: 'string',
  BOOLEAN: 'boolean',
  INT64: 'number',
  DOUBLE: 'number',
};

function typeOf(name: string, values: readonly RowCell[]): ColumnType {
  if (TEXT.includes(name)) return 'STRING';
  // A fraction can only come from the file of another version.
  if (WHOLE.test(name) && values.every(isWholeOrMissing)) return 'INT64';
  const kind = typeof values.find((value) => value !== null && value !== undefined);
  if (kind === 'string') return 'STRING';
  return kind === 'boolean' ? 'BOOLEAN' : 'DOUBLE';
}

function isWholeOrMissing(value: RowCell): boolean {
  return value === null || value === undefined || Number.isSafeInteger(value);
}
