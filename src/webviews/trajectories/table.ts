import type { MeasureId } from '../../core/measures/table';
import { shortNumber } from '../../figures/text/numbers';
import type { TableColumn, TableModel } from '../../figures/text/table';
import { measureSymbol, measureTitle } from '../../figures/trajectories/charts';
import { COLUMN_NAMES, columnNames, type NumbersRow } from '../../figures/trajectories/numbers';
import { runTitles, type ShownRun } from '../../figures/trajectories/run';

type Head = (typeof COLUMN_NAMES)[number];

/** In the order of reading: what a row is, its values, then the rest. */
const ALL_COLUMNS: readonly (TableColumn & { readonly head: Head })[] = [
  { head: 'chart', width: 58, wide: 112, text: true },
  { head: 'line', width: 80, wide: 176, text: true },
  { head: 'x', width: 46, wide: 72 },
  { head: 'y', width: 66, wide: 72 },
  { head: 'y low', width: 72 },
  { head: 'y high', width: 72 },
  { head: 'null error', width: 84 },
  { head: 'seeds', width: 60 },
  { head: 'epoch', width: 62 },
  { head: 'asked for', width: 86 },
  { head: 'step', width: 56 },
  { head: 'neurons gone', width: 116 },
  { head: 'parameters gone', width: 138 },
  { head: 'weights gone', width: 110 },
  { head: 'x low', width: 72 },
  { head: 'x high', width: 72 },
  { head: 'arm', width: 88, text: true },
  { head: 'stage', width: 130, text: true },
  { head: 'seed', width: 60 },
  { head: 'run', width: 160, wide: 320, text: true },
];

/** Names that the cells of the table can abbreviate. */
interface TableContext {
  /** Titles of the runs that are shown. */
  readonly runs: readonly string[];
  /** Name of the measure that is shown, and its short name. */
  readonly measure: { readonly title: string; readonly symbol: string };
}

/** The points that the charts show, as a table to be read. */
export function numbersTable(
  rows: readonly NumbersRow[],
  runs: readonly ShownRun[],
  measure: MeasureId,
): TableModel {
  const titles = runTitles(runs);
  const names = columnNames(rows);
  const columns = ALL_COLUMNS.filter(({ head }) => names.includes(head));
  const context: TableContext = {
    runs: runs.flatMap(({ run, name, visible }) => (visible ? (titles.get(run) ?? name) : [])),
    measure: { title: measureTitle(measure), symbol: measureSymbol(measure) },
  };
  const full = (row: number, column: number): NumbersRow[number] =>
    rows[row][COLUMN_NAMES.indexOf(columns[column].head)];
  return {
    caption: 'The points that the charts show',
    columns,
    rows: rows.length,
    names: 2,
    cell(row, column) {
      const value = full(row, column);
      if (typeof value === 'number' || value === null) return shortNumber(value);
      const { head } = columns[column];
      if (head === 'chart') return shortChart(value, context);
      return head === 'line' ? shortLine(value, context) : value;
    },
    hint(row, column) {
      const value = full(row, column);
      return typeof value === 'string' ? value : undefined;
    },
  };
}

/** `R × cov.`, `Layer 0`: a chart's title, abbreviated to leave room for the numbers. */
function shortChart(title: string, { measure }: TableContext): string {
  return title
    .replace(measure.title, measure.symbol)
    .replace(/^Hidden layer (\d+).*/, 'Layer $1')
    .replace(/^Test loss/, 'Loss')
    .replace(' (MSE)', '')
    .replace(' against ', ' / ')
    .replace('coverage', 'cov.')
    .replace(' of the test targets', '');
}

/** `dense, before`: the arm and stage of a line, and after them the run's title where there are several. */
function shortLine(name: string, { runs }: TableContext): string {
  const [title] = runs
    .filter((run) => name.startsWith(`${run}, `))
    .sort((a, b) => b.length - a.length) as readonly (string | undefined)[];
  if (title === undefined) return name;
  const own = name.slice(title.length + 2).replace(/(before|after) retraining/, '$1');
  return runs.length > 1 ? `${own} · ${title}` : own;
}
