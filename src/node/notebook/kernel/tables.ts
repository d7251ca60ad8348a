import { isRecord } from '../../../core/isRecord';
import type { MimeBundle } from '../../../protocol/kernel';
import { counted } from '../../../core/counted';
import { anyNumber, MISSING } from '../../../figures/text/numbers';

type Cell = string | number | bigint | boolean | null | undefined;
type Row = Readonly<Record<string, Cell>>;

const MAX_ROWS = 50;
const MAX_COLUMNS = 40;

/** Whether a value is a list of flat objects. */
export function isTable(value: unknown): value is readonly Row[] {
  return Array.isArray(value) && value.length > 0 && value.every(isRow);
}

function isRow(value: unknown): value is Row {
  if (!isRecord(value)) return false;
  const cells = Object.values(value);
  return (
    cells.length > 0 &&
    cells.every((cell) => cell === null || !/object|function|symbol/.test(typeof cell))
  );
}

/** A table in HTML, and in text with its columns aligned. */
export function tableBundle(rows: readonly Row[]): MimeBundle {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const shownColumns = columns.slice(0, MAX_COLUMNS);
  const shown = rows.slice(0, MAX_ROWS);
  const left = [
    ...(rows.length > shown.length ? [`${counted(rows.length - shown.length, 'more row')}`] : []),
    ...(columns.length > MAX_COLUMNS
      ? [`${counted(columns.length - MAX_COLUMNS, 'more column')}`]
      : []),
  ].join(', ');
  const texts = shown.map((row) => shownColumns.map((column) => cellText(row[column])));
  const numeric = shownColumns.map((column) =>
    shown.every((row) => /number|bigint/.test(typeof (row[column] ?? 0))),
  );
  return {
    'text/html': html(shownColumns, texts, numeric, left),
    'text/plain': text(shownColumns, texts, numeric, left),
  };
}

function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return MISSING;
  return typeof cell === 'number' || typeof cell === 'bigint' ? anyNumber(cell) : String(cell);
}

type Texts = readonly (readonly string[])[];

function html(
  columns: readonly string[],
  rows: Texts,
  numeric: readonly boolean[],
  left: string,
): string {
  const cells = (tag: string, row: readonly string[]): string =>
    row
      .map((cell, i) => {
        const align = numeric[i] ? ' style="text-align: right"' : '';
        return `<${tag}${align}>${escapeHtml(cell)}</${tag}>`;
      })
      .join('');
  const head = `<thead><tr>${cells('th scope="col"', columns).replaceAll('</th scope="col">', '</th>')}</tr></thead>`;
  const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n');
  const note = left && `<p>${escapeHtml(left)}</p>`;
  return `<table>\n${head}\n<tbody>\n${body}\n</tbody>\n</table>${note}`;
}

function text(
  columns: readonly string[],
  rows: Texts,
  numeric: readonly boolean[],
  left: string,
): string {
  const widths = columns.map((column, i) =>
    Math.max(column.length, ...rows.map((row) => row[i].length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (numeric[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  return [line(columns), ...rows.map(line), ...(left ? [left] : [])].join('\n');
}

/** Text that HTML shows as it is. */
function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
