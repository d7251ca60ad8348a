import { counted } from '../../core/counted';
import type { MetricsTable } from '../../core/experiment/metricsTable';
import { readingsOf } from '../../core/experiment/readings';
import { NOT_MADE, whyMissing } from '../../core/experiment/whyMissing';
import { type MeasureId, MEASURES } from '../../core/measures/table';
import type { Axis, LinesChart } from '../lines/data';
import { armPlaces, coloursArms } from './arms';
import type { Column } from './epochs';
import type { TrajectoryLine } from './lines';
import { runTitles, type ShownRun } from './run';
import {
  baselines,
  pruningLines,
  ratioValue,
  type SeriesSource,
  trainingLines,
  type Value,
} from './series';
import { pruningNull, trainingNull } from './nullLines';
import type { RatioChoice, ViewState } from './state';

/** A chart of trajectories. */
export type TrajectoryChart = LinesChart<TrajectoryLine>;

/** Charts that belong together. */
export interface ChartGroup {
  readonly id: 'training' | 'layers' | 'pruning';
  readonly title: string;
  readonly charts: readonly TrajectoryChart[];
}

export const RATIO_LABELS: Readonly<Record<RatioChoice, string>> = {
  requested: 'Pruning ratio asked for',
  neuronRatio: 'Share of neurons gone',
  parameterRatio: 'Share of parameters gone',
  weightRatio: 'Share of weights gone',
};

/** Symbols of measures for axes and tooltips; other measures use their names. */
const SYMBOLS: Partial<Record<MeasureId, string>> = { relative: 'R', participation: 'N₂' };

/** A measure's name, with its symbol where it has one. */
export function measureTitle(id: MeasureId): string {
  const { name } = measureOf(id);
  const symbol = SYMBOLS[id];
  return symbol ? `${name} ${symbol}` : name;
}

/** A measure's symbol, or its name if it has none. */
export function measureSymbol(id: MeasureId): string {
  return SYMBOLS[id] ?? measureOf(id).name;
}

function measureOf(id: MeasureId): (typeof MEASURES)[number] {
  const measure = MEASURES.find((candidate) => candidate.id === id);
  if (!measure) throw new Error(`no measure ${id}`);
  return measure;
}

/** The measures that the charts need from every run. */
export function neededMeasures({ measure }: Pick<ViewState, 'measure'>): MeasureId[] {
  return [...new Set<MeasureId>([measure, 'coverage'])];
}

/** The charts of what is shown. Groups without any line are left out. */
export function chartsOf(
  runs: readonly ShownRun[],
  state: Pick<ViewState, 'measure' | 'ratio' | 'seeds' | 'lossScale' | 'parts' | 'hiddenArms'>,
): ChartGroup[] {
  const titles = runTitles(runs);
  const places = armPlaces(runs);
  const common = { places, coloursArms: coloursArms(runs) };
  const sources = runs
    .filter(({ visible }) => visible)
    .map((run): SeriesSource => ({ run, title: titles.get(run.run) ?? run.name, ...common }));
  const groups: ChartGroup[] = [
    { id: 'training', title: 'Training', charts: trainingCharts(sources, state) },
    { id: 'layers', title: 'Hidden layers', charts: layerCharts(sources, state) },
    { id: 'pruning', title: 'Pruning', charts: pruningCharts(sources, state) },
  ];
  return groups.filter(({ charts }) => charts.some(({ lines }) => lines.length > 0));
}

type Choices = Parameters<typeof chartsOf>[1];

/** Axis of epochs; extends to the last planned epoch of running runs, so that their lines grow into it. */
function epochAxis(sources: readonly SeriesSource[]): Axis {
  const planned = sources
    .filter(({ run }) => run.state === 'running')
    .map(({ run }) => run.specification.training.epochs);
  return {
    quantity: 'training epoch',
    label: 'Epoch',
    scale: 'linear',
    whole: true,
    holds: [0, ...planned],
  };
}

const lossAxis = (place: string, { lossScale }: Choices): Axis => ({
  quantity: `${place} loss`,
  label: 'Test loss (MSE)',
  scale: lossScale,
});

const measureAxis = (place: string, { measure }: Choices): Axis => ({
  quantity: `${place} ${measure}`,
  label: measureTitle(measure),
  scale: 'linear',
});

function trainingCharts(sources: readonly SeriesSource[], choices: Choices): TrajectoryChart[] {
  const { measure, parts } = choices;
  const over = (columnOf: (table: MetricsTable) => Column): TrajectoryLine[] =>
    sources.flatMap((source) => trainingLines(source, columnOf(source.run.table), choices));
  const x = epochAxis(sources);
  const frame = { references: [], intervals: 'band', markers: 'some', x } as const;
  const loss: TrajectoryLine[] = [
    ...over((table) => table.number('testLoss')),
    ...(parts['training loss']
      ? sources.flatMap((source) =>
          trainingLines(source, source.run.table.number('trainLoss'), choices, {
            suffix: 'training loss',
            style: { faint: true, marker: undefined },
          }),
        )
      : []),
  ];
  return [
    noted(
      {
        ...frame,
        id: 'epoch-measure',
        title: measureTitle(measure),
        y: measureAxis('training', choices),
        lines: [
          ...over((table) => table.measure(measure)?.mean),
          ...(parts.null ? sources.flatMap((source) => trainingNull(source, measure)) : []),
        ],
      },
      { sources, columns: [measure], reason: whyMissingIn(sources, measure) },
    ),
    noted(
      {
        ...frame,
        id: 'epoch-loss',
        title: parts['training loss'] ? 'Loss (MSE), test and training' : 'Test loss (MSE)',
        y: lossAxis('training', choices),
        lines: loss,
      },
      { sources, columns: ['testLoss', ...(parts['training loss'] ? ['trainLoss'] : [])] },
    ),
    noted(
      {
        ...frame,
        id: 'epoch-r2',
        title: 'R² of the test targets',
        y: { quantity: 'training r2', label: 'R²', scale: 'linear', floor: -1 },
        lines: over((table) => table.number('r2')),
      },
      { sources, columns: ['r2'], reason: 'the test targets are all the same' },
    ),
  ];
}

function layerCharts(sources: readonly SeriesSource[], choices: Choices): TrajectoryChart[] {
  const { measure, parts } = choices;
  if (!parts.layers) return [];
  const layers = sources.reduce(
    (most, { run }) => Math.max(most, run.specification.specimen.hidden.length),
    0,
  );
  const charts = Array.from({ length: layers }, (_, layer) => {
    const lines = sources.flatMap((source) =>
      trainingLines(source, source.run.table.measure(measure)?.layers[layer], choices),
    );
    return noted(
      {
        id: `epoch-layer-${layer}`,
        title: `Hidden layer ${layer}${widths(sources, layer)}`,
        x: epochAxis(sources),
        y: measureAxis('layers', choices),
        lines: lines.filter(({ y }) => y.some((value) => !Number.isNaN(value))),
        references: [],
        intervals: 'band',
        markers: 'some',
      },
      { sources, columns: [measure], reason: whyMissingIn(sources, measure) },
    );
  });
  return sharing(charts);
}

/** `, 64 units`, if all runs have the same width. */
function widths(sources: readonly SeriesSource[], layer: number): string {
  const all = new Set(sources.map(({ run }) => run.specification.specimen.hidden[layer]));
  all.delete(undefined as never);
  const [width] = all;
  return all.size === 1 ? `, ${counted(width, 'unit')}` : '';
}

/** The same charts with a shared domain of y, so that they can be compared. */
function sharing(charts: readonly TrajectoryChart[]): TrajectoryChart[] {
  const extra = charts.flatMap(({ lines }) => lines);
  let least = Infinity;
  let greatest = -Infinity;
  for (const { y, low, high } of extra) {
    for (const column of [y, low, high]) {
      for (const value of column ?? []) {
        if (value < least) least = value;
        if (value > greatest) greatest = value;
      }
    }
  }
  return charts.map((chart) => ({ ...chart, y: { ...chart.y, holds: [least, greatest] } }));
}

function pruningCharts(sources: readonly SeriesSource[], choices: Choices): TrajectoryChart[] {
  const { measure, ratio, parts } = choices;
  const ratios: Axis = {
    quantity: 'ratio',
    label: RATIO_LABELS[ratio],
    scale: 'linear',
    holds: [0],
  };
  const loss = (table: MetricsTable): Value => {
    const column = table.number('testLoss');
    return (row) => column[row];
  };
  const mean = (table: MetricsTable): Value => meanValue(table, measure);
  const product = (table: MetricsTable): Value => {
    const coverage = meanValue(table, 'coverage');
    const own = mean(table);
    return (row) => own(row) * coverage(row);
  };
  const against = (yOf: (table: MetricsTable) => Value, xOf?: (table: MetricsTable) => Value) =>
    sources.flatMap((source) => {
      const { table } = source.run;
      const x = xOf ? xOf(table) : ratioValue(source.run, ratio);
      return pruningLines(source, { x, y: yOf(table), byX: !xOf }, choices);
    });
  const marks = (yOf: (table: MetricsTable) => Value, xOf?: (table: MetricsTable) => Value) =>
    parts.baseline
      ? sources
          .filter(({ run }) => [...run.table.legs].some(({ leg }) => leg.requested !== null))
          .flatMap((source) => {
            const { table } = source.run;
            return baselines(source, xOf?.(table), yOf(table), choices);
          })
      : [];
  const chance = parts.null
    ? sources.flatMap((source) => pruningNull(source, ratioValue(source.run, ratio), measure))
    : [];
  const missing = whyMissingIn(sources, measure);
  const name = measureTitle(measure);
  return [
    noted(
      {
        id: 'ratio-measure',
        title: name,
        x: ratios,
        y: measureAxis('pruning', choices),
        lines: [...against(mean), ...chance],
        references: marks(mean),
        intervals: 'band',
        markers: 'each',
      },
      { sources, columns: [ratio, measure], reason: missing },
    ),
    noted(
      {
        id: 'ratio-loss',
        title: 'Test loss (MSE)',
        x: ratios,
        y: lossAxis('pruning', choices),
        lines: against(loss),
        references: marks(loss),
        intervals: 'band',
        markers: 'each',
      },
      { sources, columns: [ratio, 'testLoss'] },
    ),
    noted(
      {
        id: 'ratio-product',
        title: `${name} × coverage`,
        x: ratios,
        y: {
          quantity: `pruning ${measure} × coverage`,
          label: `${name} × coverage`,
          scale: 'linear',
        },
        lines: against(product),
        references: marks(product),
        intervals: 'band',
        markers: 'each',
      },
      { sources, columns: [ratio, measure, 'coverage'], reason: missing },
    ),
    noted(
      {
        id: 'measure-loss',
        title: `Test loss against ${name}`,
        x: measureAxis('pruning', choices),
        y: lossAxis('pruning', choices),
        lines: against(loss, mean),
        references: marks(loss, mean),
        intervals: 'bars',
        markers: 'each',
      },
      { sources, columns: [measure, 'testLoss'], reason: missing },
    ),
  ];
}

function meanValue(table: MetricsTable, id: MeasureId): Value {
  const column = table.measure(id)?.mean;
  return (row) => column?.[row] ?? NaN;
}

/** Why a measure is missing in these runs; mentions linear networks only if all of them are. */
function whyMissingIn(sources: readonly SeriesSource[], id: MeasureId): string {
  const isLinear = ({ run }: SeriesSource): boolean =>
    run.specification.specimen.activation === 'linear';
  const why = whyMissing(id, sources.every(isLinear) ? 'linear' : undefined);
  const isOfStages = ({ run }: SeriesSource): boolean =>
    readingsOf(run.specification)[0].probe === 'distribution';
  return sources.some(isOfStages) ? `${why}; or ${NOT_MADE}` : why;
}

/** Beginning of the note of a chart without points. */
export const ALL_MISSING = 'All points';

/** Sources of a chart. */
interface Drawn {
  readonly sources: readonly SeriesSource[];
  /** Names of the columns that it needs. */
  readonly columns: readonly string[];
  /** Why a value in a column may be missing; undefined if none may. */
  readonly reason?: string;
}

/** Adds a note to a chart that says how many of its points are missing, and why. */
function noted(chart: TrajectoryChart, { sources, columns, reason }: Drawn): TrajectoryChart {
  let missing = 0;
  let all = 0;
  for (const { subject, y } of chart.lines) {
    if (subject.arm === undefined) continue;
    all += y.length;
    for (const value of y) if (Number.isNaN(value)) missing++;
  }
  const absent = columns.filter((name) => sources.some(({ run }) => run.absent?.includes(name)));
  const everywhere = absent.some((name) => sources.every(({ run }) => run.absent?.includes(name)));
  const reasons = [
    ...(absent.length > 0 ? [absenceOf(absent, everywhere)] : []),
    ...(reason !== undefined && missing > 0 && !everywhere ? [reason] : []),
  ];
  if (reasons.length === 0) return chart;
  const points = missing === all ? ALL_MISSING : `${missing} of ${counted(all, 'point')}`;
  return { ...chart, note: `${points} missing: ${reasons.join('; elsewhere ')}` };
}

function absenceOf(names: readonly string[], everywhere: boolean): string {
  const which = `the column${names.length > 1 ? 's' : ''} ${names.join(', ')}`;
  return everywhere ? `the output has not ${which}` : `some outputs have not ${which}`;
}
