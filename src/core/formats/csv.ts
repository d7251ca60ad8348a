import { csvFormatRows, csvParseRows } from 'd3-dsv';
import { invalid, show } from '../errors';

// Of d3-dsv only the functions over rows: the others build code from the data, which pages forbid.

/** A table of numbers. */
export interface NumericTable {
  /** `[columns]`: their names, `column 1`… without a header. */
  readonly columns: string[];
  readonly rows: number;
  /** `[rows, columns]`, row-major; NaN is missing, and occurs only where `missing` allows it. */
  readonly values: Float64Array;
}

/** How to read a table of numbers. */
export interface NumericCsvOptions {
  /** Whether the first row names the columns; by default that is seen from its cells. */
  readonly header?: boolean;
  /** Whether empty cells, `NaN` and `NA` are allowed, as missing values; by default they are not. */
  readonly missing?: boolean;
}

/** What a cell may be written from; missing values give empty cells. */
export type CsvCell = string | number | boolean | null | undefined;

interface Row {
  readonly cells: readonly string[];
  /** 1-based line on which the row begins. */
  readonly line: number;
}

// Linear in the length of the cell.
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const MISSING = /^(nan|na)?$/i;

/**
 * Reads comma-separated finite numbers (RFC 4180, decimal point, line ends of any system). Blank
 * lines are left out when there are several columns; of a single column they are empty cells.
 * @throws LabError that names line, column and cell, for all but a rectangular table of numbers,
 * and for a first row that may be names or numbers when `header` does not say which
 */
export function readNumericCsv(text: string, options: NumericCsvOptions = {}): NumericTable {
  const rows = parseRows(text.startsWith('\ufeff') ? text.slice(1) : text);
  if (rows.length === 0) throw invalid('the table is empty');
  const hasHeader = options.header ?? isHeader(rows[0]);
  const columns = hasHeader ? names(rows[0]) : rows[0].cells.map((_, i) => `column ${i + 1}`);
  const body = hasHeader ? rows.slice(1) : rows;
  const values = new Float64Array(body.length * columns.length);
  body.forEach((row, r) => {
    values.set(numbers(row, columns, options.missing ?? false), r * columns.length);
  });
  return { columns, rows: body.length, values };
}

/**
 * A CSV table with a header and a line end after every row. Numbers are written so that reading
 * them gives the same float64; NaN, null and undefined as empty cells; text as {@link guarded} says, quoted
 * where it must be.
 * @throws LabError when a row has not one cell for every column
 */
export function writeCsv(columns: readonly string[], rows: Iterable<readonly CsvCell[]>): string {
  const lines = [columns.map(guarded)];
  for (const row of rows) {
    if (row.length !== columns.length) {
      throw invalid(`row ${lines.length} has ${row.length} cells for ${columns.length} columns`);
    }
    lines.push(row.map(formatCell));
  }
  return `${csvFormatRows(lines)}\n`;
}

function formatCell(cell: CsvCell): string {
  if (cell === null || cell === undefined || Number.isNaN(cell)) return '';
  if (typeof cell === 'string') return guarded(cell);
  return Object.is(cell, -0) ? '-0' : String(cell);
}

/** How a text begins that a spreadsheet takes for a formula, wide letters of Asian scripts included. */
const FORMULA = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/**
 * A text that no spreadsheet takes for a formula: one that begins as formulas do (`=`, `+`, `-`, `@`, a tab
 * or a line end, after any apostrophes) gets an apostrophe before it. Numbers are no texts: `-1` stays so.
 */
export function guarded(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The inverse of {@link guarded}. */
export function unguarded(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}

function parseRows(text: string): Row[] {
  checkQuotes(text);
  let next = 1;
  const rows = csvParseRows(text, (cells): Row => {
    const line = next;
    next += linesIn(cells.join());
    return { cells, line };
  });
  const severalColumns = rows.some(({ cells }) => cells.length > 1);
  return severalColumns ? rows.filter(({ cells }) => cells.length > 1 || cells[0] !== '') : rows;
}

/** Names without any number are a header, numbers alone are data; the rest could be either. */
function isHeader({ cells, line }: Row): boolean {
  const trimmed = cells.map((cell) => cell.trim());
  if (trimmed.every((cell) => NUMBER.test(cell))) return false;
  const name = trimmed.find((cell) => !NUMBER.test(cell) && !MISSING.test(cell));
  const value = trimmed.find((cell) => cell !== '' && (NUMBER.test(cell) || MISSING.test(cell)));
  if (name !== undefined && value === undefined) return true;
  throw invalid(
    `the first row ${show(cells)} may be names or values: say whether the table has a header`,
    { line },
  );
}

function names({ cells, line }: Row): string[] {
  const repeated = cells.findIndex((name, i) => cells.indexOf(name) !== i);
  if (repeated >= 0) {
    throw invalid(`two columns are named ${show(cells[repeated])}`, { line, column: repeated + 1 });
  }
  return cells.map(unguarded);
}

function numbers({ cells, line }: Row, columns: readonly string[], missing: boolean): number[] {
  if (cells.length !== columns.length) {
    throw invalid(`the row has ${cells.length} cells, not ${columns.length}`, { line });
  }
  return cells.map((cell, i) => {
    const text = cell.trim();
    const value = NUMBER.test(text) ? Number(text) : NaN;
    if (Number.isFinite(value) || (missing && MISSING.test(text))) return value;
    throw invalid(
      `column ${show(columns[i])} has the cell ${show(cell)}, which is not a finite number` +
        (missing ? ' or missing' : ''),
      { line, column: i + 1 },
    );
  });
}

function linesIn(text: string): number {
  return (text.match(/\r\n|\r|\n/g)?.length ?? 0) + 1;
}

/** d3-dsv reads past a quote that is never closed, or closed in the middle of a cell, in silence. */
function checkQuotes(text: string): void {
  for (let open = text.indexOf('"'); open >= 0;) {
    let next = open + 1;
    if (open === 0 || ',\n\r'.includes(text[open - 1])) {
      let close = text.indexOf('"', next);
      while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
      if (close < 0 || !',\n\r'.includes(text.charAt(close + 1))) {
        throw invalid('a quoted cell is not closed, or goes on after its closing quote', {
          line: linesIn(text.slice(0, open)),
        });
      }
      next = close + 1;
    }
    open = text.indexOf('"', next);
  }
}
