import { isInside, layoutLines, type Zoom } from '../lines/layout';
import { toPixel } from '../lines/scale';
import { type Cell, csvBytes, jsonBytes } from '../text/table';
import { type ChartGroup, measureTitle, type TrajectoryChart } from './charts';
import { runContrasts } from './contrasts';
import type { TrajectoryLine } from './lines';
import type { ShownRun } from './run';
import type { ViewState } from './state';
import { statementOf } from './texts';

/** Column names of the table of all shown points. */
export const COLUMN_NAMES = [
  'chart',
  'line',
  'arm',
  'stage',
  'seed',
  'asked for',
  'step',
  'neurons gone',
  'parameters gone',
  'weights gone',
  'epoch',
  'x',
  'y',
  'y low',
  'y high',
  'x low',
  'x high',
  'null error',
  'seeds',
  'run',
] as const;

/** Columns that only arms have; left out where all of their cells are empty. */
const OPTIONAL: readonly string[] = [
  'step',
  'weights gone',
] satisfies (typeof COLUMN_NAMES)[number][];

/** Names of the columns that have values: those of arms are left out where none has. */
export function columnNames(rows: readonly NumbersRow[]): (typeof COLUMN_NAMES)[number][] {
  return COLUMN_NAMES.filter(
    (name, column) => !OPTIONAL.includes(name) || rows.some((row) => row[column] !== null),
  );
}

/** A row of the table, as long as {@link COLUMN_NAMES}. */
export type NumbersRow = readonly Cell[];

/** The points that the charts show, without those outside of the zoom; references at the end. */
export function numbersOf(groups: readonly ChartGroup[], zoom: Zoom): NumbersRow[] {
  return groups.flatMap(({ charts }) => charts).flatMap((chart) => rowsOfChart(chart, zoom));
}

/** The points that the charts show, as CSV. */
export function trajectoriesCsv(
  groups: readonly ChartGroup[],
  { zoom }: Pick<ViewState, 'zoom'>,
): Uint8Array {
  const { columns, rows } = compactNumbers(groups, zoom);
  return csvBytes(columns, rows);
}

/** The points without empty columns of arms. */
function compactNumbers(
  groups: readonly ChartGroup[],
  zoom: Zoom,
): { readonly columns: readonly string[]; readonly rows: NumbersRow[] } {
  const all = numbersOf(groups, zoom);
  const columns = columnNames(all);
  const places = columns.map((name) => COLUMN_NAMES.indexOf(name));
  return { columns, rows: all.map((row) => places.map((place) => row[place])) };
}

/** The points that the charts show, as JSON with their runs. @param runs that are drawn */
export function trajectoriesJson(
  runs: readonly ShownRun[],
  view: ViewState,
  groups: readonly ChartGroup[],
): Uint8Array {
  const { measure, ratio, seeds, zoom } = view;
  return jsonBytes({
    measure,
    measureName: measureTitle(measure),
    ratio,
    seeds,
    statement: statementOf(runs, view, groups),
    runs: runs.map((shown) => {
      const { run, name, id, engine, version, specification, nulls, oldNull } = shown;
      const contrasts = specification.arms && { contrasts: runContrasts(shown, measure) };
      const described = { run, name, id, engine, version, specification };
      return { ...described, null: nulls ?? null, oldNull, ...contrasts };
    }),
    ...compactNumbers(groups, zoom),
  });
}

/** Any size: whether a point is shown does not depend on it. */
const SIZE = { width: 1000, height: 1000 };

function rowsOfChart(chart: TrajectoryChart, zoom: Zoom): NumbersRow[] {
  const { x, y, plot } = layoutLines(chart, SIZE, zoom);
  const isShown = (px: number, py: number): boolean =>
    isInside(plot, toPixel(x, px), toPixel(y, py));
  const rows = chart.lines.flatMap((line) =>
    Array.from(line.x.keys())
      .filter((i) => isShown(line.x[i], line.y[i]))
      .map((i) => rowOf(chart, line, i)),
  );
  const references = chart.references
    .filter((reference) => isShown(reference.x, reference.y))
    .map(({ name, x: rx, y: ry }): NumbersRow => {
      const given: Partial<Record<(typeof COLUMN_NAMES)[number], Cell>> = {
        chart: chart.title,
        line: name,
        stage: 'not pruned',
        x: rx,
        y: ry,
      };
      return COLUMN_NAMES.map((head) => given[head] ?? null);
    });
  return [...rows, ...references];
}

function rowOf(chart: TrajectoryChart, line: TrajectoryLine, i: number): NumbersRow {
  const { subject } = line;
  return [
    chart.title,
    line.name,
    subject.arm ?? (line.level?.old ? 'old null' : 'null'),
    subject.stage === undefined ? 'training' : `${subject.stage} retraining`,
    // A null belongs to no seed and is the mean of none.
    subject.seed ?? (subject.arm === undefined ? null : 'mean'),
    cell(line.requested[i]),
    cell(line.step?.[i]),
    cell(line.neuronRatio?.[i]),
    cell(line.parameterRatio?.[i]),
    cell(line.weightRatio?.[i]),
    cell(line.epoch[i]),
    line.x[i],
    line.y[i],
    cell(line.low?.[i]),
    cell(line.high?.[i]),
    cell(line.xLow?.[i]),
    cell(line.xHigh?.[i]),
    cell(line.level?.standardError),
    cell(line.count[i]),
    subject.run,
  ];
}

function cell(value: number | undefined): Cell {
  return value === undefined || Number.isNaN(value) ? null : value;
}
