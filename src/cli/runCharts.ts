import { grouped } from '../core/grouped';
import { counted } from '../core/counted';
import type { MaybeNumber, MetricsRow } from '../core/experiment/metricsRow';
import type { ArmName } from '../core/experiment/plan';
import { outcomesOf, spreadOf } from '../core/experiment/summary';
import { nullLevel, type NullLevel, type RunNull } from '../core/experiment/runNull';
import type { MeasureId } from '../core/measures/table';
import { measureName } from './measureText';
import { textChart, type ChartSeries } from './textChart';

/** Options of a run's charts. */
export interface RunChartOptions {
  readonly measure: MeasureId;
  readonly width: number;
  readonly unicode: boolean;
  /** The run's null; undefined for a run measured against the old one. */
  readonly nulls?: RunNull;
}

type Point = readonly [x: number, y: MaybeNumber];

const HEIGHT = 14;
const MAX_COLUMNS = 100;

const ARMS: readonly { readonly arm: ArmName; readonly style: 'solid' | 'dotted' }[] = [
  { arm: 'dense', style: 'solid' },
  { arm: 'dropout', style: 'dotted' },
];

/** Charts of a measure over the epochs of training, and against the pruned share of neurons; means over seeds. */
export function runCharts(
  rows: readonly MetricsRow[],
  { measure, width, unicode, nulls }: RunChartOptions,
): string[] {
  const name = measureName(measure, unicode);
  const seeds = new Set(rows.map(({ seed }) => seed)).size;
  const yLabel = seeds > 1 ? `${name}, mean of ${counted(seeds, 'seed')}` : name;
  const frame = { yLabel, width: Math.min(width, MAX_COLUMNS), height: HEIGHT, unicode };
  const level = nullLevel(nulls, rows, measure);
  const charts = [
    { series: trainingSeries(rows, measure, level), xLabel: 'epochs of training' },
    { series: ratioSeries(rows, measure, level), xLabel: 'share of hidden neurons pruned' },
  ];
  return charts
    .filter(({ series }) => series.some(({ points }) => points.length > 0))
    .map(({ series, xLabel }) => textChart(series, { ...frame, xLabel }));
}

/** The arms over the epochs of training from scratch, and the level of the null. */
export function trainingSeries(
  rows: readonly MetricsRow[],
  measure: MeasureId,
  level?: NullLevel,
): ChartSeries[] {
  const training = rows.filter(({ requested }) => requested === null);
  const overEpochs = (some: readonly MetricsRow[]): Point[] =>
    [...grouped(some, ({ epoch }) => epoch).values()]
      .map((group): Point => [
        group[0].epoch,
        spreadOf(group.map((row) => row.measures[measure].mean)).mean,
      ])
      .sort(([a], [b]) => a - b);
  const arms = ARMS.map(({ arm, style }): ChartSeries => ({
    name: arm,
    style,
    points: overEpochs(training.filter((row) => row.arm === arm)),
  }));
  return [...arms, nullSeries(arms, level)].filter(({ points }) => points.length > 0);
}

/** The arms after retraining and dense before it, against the pruned share of neurons; and the null. */
export function ratioSeries(
  rows: readonly MetricsRow[],
  measure: MeasureId,
  level?: NullLevel,
): ChartSeries[] {
  const outcomes = outcomesOf(rows).flatMap(({ arm, pruned }) =>
    pruned.map((outcome) => ({ arm, ...outcome })),
  );
  const overRatios = (
    some: typeof outcomes,
    value: (outcome: (typeof outcomes)[number]) => MaybeNumber,
  ): Point[] =>
    [...grouped(some, ({ requested }) => requested).values()]
      .map((group): Point => [
        spreadOf(group.map(({ after }) => after.neuronRatio)).mean ?? 0,
        spreadOf(group.map(value)).mean,
      ])
      .sort(([a], [b]) => a - b);
  const dense = outcomes.filter(({ arm }) => arm === 'dense');
  const arms = ARMS.map(({ arm, style }): ChartSeries => ({
    name: `${arm}, retrained`,
    style,
    points: overRatios(
      outcomes.filter((outcome) => outcome.arm === arm),
      ({ after }) => after.measures[measure].mean,
    ),
  }));
  return [
    ...arms,
    nullSeries(arms, level),
    {
      name: 'dense, before retraining',
      style: 'marks',
      points: overRatios(dense, ({ before }) => before.measures[measure].mean),
    } satisfies ChartSeries,
  ].filter(({ points }) => points.length > 0);
}

/** A horizontal line, since the null does not depend on epoch or ratio. */
function nullSeries(others: readonly ChartSeries[], level: NullLevel | undefined): ChartSeries {
  const xs = level ? others.flatMap(({ points }) => points.map(([x]) => x)) : [];
  const ends = xs.length > 0 ? [...new Set([Math.min(...xs), Math.max(...xs)])] : [];
  return {
    name: `${level?.old ? 'old null' : 'null'}: random readouts`,
    style: 'dashed',
    points: ends.map((x): Point => [x, level?.mean ?? null]),
  };
}
