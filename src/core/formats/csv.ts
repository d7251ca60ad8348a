import { counted } from '../counted';
import { csvFormatRows, csvParseRows } from 'd3-dsv';
import { invalid, show } from '../errors';

// Only the row functions of d3-dsv: its others generate code from the data, which pages forbid.

/** A table of numbers. */
export interface NumericTable {
  /** `[columns]`: column names; `column 1`, … without a header. */
  readonly columns: string[];
  readonly rows: number;
  /** `[rows, columns]`, row-major; NaN is missing, and occurs only if `missing` allows it. */
  readonly values: Float64Array;
}

/** Options of {@link readNumericCsv}. */
export interface NumericCsvOptions {
  /** Whether the first row names the columns; detected from its cells unless given. */
  readonly header?: boolean;
  /** Whether empty cells, `NaN` and `NA` are allowed as missing values; by default not. */
  readonly missing?: boolean;
}

/** A cell to write; missing values give empty cells. */
export type CsvCell = string | number | boolean | null | undefined;

interface Row {
  readonly cells: readonly string[];
  /** 1-based line on which the row begins. */
  readonly line: number;
}

/** A row with more cells is not a table of features. */
const MAX_COLUMNS = 100_000;
/** Limit on the numbers of a table, 400 MB. */
const MAX_CELLS = 50_000_000;

// Takes linear time in the length of the cell.
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const MISSING = /^(nan|na)?$/i;

/**
 * Reads comma-separated finite numbers (RFC 4180, decimal point, line ends of any system). Blank lines are
 * ignored if there are several columns; in a single column they are empty cells.
 * @throws LabError naming line, column and cell, for anything but a rectangular table of numbers, and for
 *   a first row that may be names or numbers if `header` is not given
 */
export function readNumericCsv(text: string, options: NumericCsvOptions = {}): NumericTable {
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text;
  checkQuotes(plain);
  const { missing = false } = options;
  let columns: string[] | undefined;
  const values = new Numbers();
  const take = (row: Row): void => {
    if (columns === undefined) {
      requireColumns(row);
      const hasHeader = options.header ?? isHeader(row);
      columns = hasHeader ? names(row) : row.cells.map((_, i) => `column ${i + 1}`);
      if (hasHeader) return;
    }
    addNumbers(values, row, columns, missing);
  };
  // Row by row, to hold only one row as text.
  let blank: Row[] = [];
  for (const row of rowsOf(plain)) {
    const isBlank = row.cells.length === 1 && row.cells[0] === '';
    if (isBlank && columns === undefined) {
      blank.push(row);
      continue;
    }
    if (isBlank && columns !== undefined && columns.length > 1) continue;
    if (row.cells.length === 1) blank.forEach(take);
    blank = [];
    take(row);
  }
  blank.forEach(take);
  if (columns === undefined) throw invalid('the table is empty');
  return { columns, rows: values.length / columns.length, values: values.all() };
}

/**
 * A CSV table with a header and a line end after every row. Numbers are written so that they read back as
 * the same float64; NaN, null and undefined as empty cells; text through {@link guarded}, quoted where
 * necessary.
 * @throws LabError when a row does not have one cell for every column
 */
export function writeCsv(columns: readonly string[], rows: Iterable<readonly CsvCell[]>): string {
  const lines = [columns.map(guarded)];
  for (const row of rows) {
    if (row.length !== columns.length) {
      throw invalid(
        `row ${lines.length} has ${counted(row.length, 'cell')} for ${counted(columns.length, 'column')}`,
      );
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

/** Beginnings that spreadsheets take for a formula, including full-width characters. */
const FORMULA = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/**
 * Protects a text from being taken for a formula by spreadsheets: puts an apostrophe before a text that
 * begins with `=`, `+`, `-`, `@`, a tab or a line end, after any apostrophes. Numbers such as `-1` are not
 * texts and stay as they are.
 */
export function guarded(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The inverse of {@link guarded}. */
export function unguarded(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}

/** The rows of a text, one at a time. */
function* rowsOf(text: string): Generator<Row, void> {
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const end = endOfRow(text, at);
    const [cells = ['']] = csvParseRows(text.slice(at, end));
    yield { cells, line };
    line += linesIn(text.slice(at, end)) - 1;
    at = end;
  }
}

/** Offset behind the line end that closes the row, outside of quoted cells. */
function endOfRow(text: string, from: number): number {
  let at = from;
  for (;;) {
    if (text[at] === '"') {
      at++;
      // Two quotes are one quote in the cell.
      while (at < text.length && (text[at] !== '"' || text[at + 1] === '"')) {
        at += text[at] === '"' ? 2 : 1;
      }
    }
    while (at < text.length && !',\n\r'.includes(text[at])) at++;
    if (at >= text.length) return text.length;
    if (text[at] === '\r' && text[at + 1] === '\n') return at + 2;
    at++;
    if (text[at - 1] !== ',') return at;
  }
}

function requireColumns({ cells, line }: Row): void {
  if (cells.length <= MAX_COLUMNS) return;
  throw invalid(
    `the row has ${counted(cells.length, 'cell')}; at most ${MAX_COLUMNS} columns are allowed`,
    {
      line,
    },
  );
}

/** A growing array of numbers. */
class Numbers {
  private buffer = new Float64Array(1024);
  length = 0;

  add(value: number): void {
    if (this.length === this.buffer.length) {
      const larger = new Float64Array(2 * this.length);
      larger.set(this.buffer);
      this.buffer = larger;
    }
    this.buffer[this.length++] = value;
  }

  all(): Float64Array {
    return this.buffer.slice(0, this.length);
  }
}

/** Cells without any number are a header, cells of numbers only are data; a mixture is ambiguous. */
function isHeader({ cells, line }: Row): boolean {
  const trimmed = cells.map((cell) => cell.trim());
  if (trimmed.every((cell) => NUMBER.test(cell))) return false;
  const name = trimmed.find((cell) => !NUMBER.test(cell) && !MISSING.test(cell));
  const value = trimmed.find((cell) => cell !== '' && (NUMBER.test(cell) || MISSING.test(cell)));
  if (name !== undefined && value === undefined) return true;
  throw invalid(
    `the first row ${show(cells.slice(0, 20))} may be names or values: specify whether the table has a header`,
    { line },
  );
}

function names({ cells, line }: Row): string[] {
  const seen = new Set<string>();
  for (const [i, name] of cells.entries()) {
    if (seen.has(name)) {
      throw invalid(`two columns are named ${show(name)}`, { line, column: i + 1 });
    }
    seen.add(name);
  }
  return cells.map(unguarded);
}

function addNumbers(
  values: Numbers,
  { cells, line }: Row,
  columns: readonly string[],
  missing: boolean,
): void {
  if (cells.length !== columns.length) {
    throw invalid(`the row has ${counted(cells.length, 'cell')}, not ${columns.length}`, { line });
  }
  if (values.length + cells.length > MAX_CELLS) {
    throw invalid(`the table has more than ${MAX_CELLS} numbers, which is the limit`, {
      line,
    });
  }
  cells.forEach((cell, i) => {
    const text = cell.trim();
    const value = NUMBER.test(text) ? Number(text) : NaN;
    if (!Number.isFinite(value) && !(missing && MISSING.test(text))) {
      throw invalid(
        `column ${show(columns[i])} has the cell ${show(cell)}, which is not a finite number` +
          (missing ? ' or missing' : ''),
        { line, column: i + 1 },
      );
    }
    values.add(value);
  });
}

function linesIn(text: string): number {
  return (text.match(/\r\n|\r|\n/g)?.length ?? 0) + 1;
}

/** d3-dsv silently accepts a quote that is never closed, or that is closed in the middle of a cell. */
function checkQuotes(text: string): void {
  for (let open = text.indexOf('"'); open >= 0;) {
    let next = open + 1;
    if (open === 0 || ',\n\r'.includes(text[open - 1])) {
      let close = text.indexOf('"', next);
      while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
      if (close < 0 || !',\n\r'.includes(text.charAt(close + 1))) {
        throw invalid('a quoted cell is not closed, or continues after its closing quote', {
          line: linesIn(text.slice(0, open)),
        });
      }
      next = close + 1;
    }
    open = text.indexOf('"', next);
  }
}
