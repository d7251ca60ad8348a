import { shortNumber } from '../../shared/numbers';
import { CONFIDENCE } from '../../../core/statistics/meanInterval';
import type { TrajectoryChart } from './charts';
import type { TrajectoryLine } from './lines';
import type { ShownRun } from './run';
import type { ViewState } from './state';

const PERCENT = `${Math.round(100 * CONFIDENCE)} %`;

/** What lines and bands are, in a sentence: it belongs to every figure. */
export function statementOf(
  runs: readonly ShownRun[],
  { seeds }: Pick<ViewState, 'seeds'>,
): string {
  const counts = [...new Set(runs.filter(({ visible }) => visible).map(seedsOf))].filter(Boolean);
  if (counts.length === 0) return '';
  if (seeds === 'each') return `Lines: one a seed (n = ${counts.join(', ')}).`;
  if (counts.every((count) => count === 1)) return 'Lines: a single seed (n = 1), so no interval.';
  return `Lines: mean over seeds; bands and bars: ${PERCENT} t interval of the mean (n = ${counts.join(', ')}).`;
}

/** How many seeds of a run have rows. */
export function seedsOf({ table }: ShownRun): number {
  return new Set([...table.legs].map(({ leg }) => leg.seed)).size;
}

/** A point as it is shown beside the pointer: what it is, then its values, a line each. */
export function pointLines(
  chart: TrajectoryChart,
  line: TrajectoryLine,
  i: number,
): readonly string[] {
  const { subject, requested, epoch, neuronRatio, parameterRatio } = line;
  const pruned = !Number.isNaN(requested[i]);
  const where = pruned
    ? [
        `asked for ${shortNumber(requested[i])}`,
        `neurons gone ${shortNumber(neuronRatio?.[i])}`,
        `parameters gone ${shortNumber(parameterRatio?.[i])}`,
      ]
    : [`epoch ${epoch[i]}`];
  const after = pruned && subject.stage === 'after' ? [`epoch ${epoch[i]} of retraining`] : [];
  const isPhase = !pruned || chart.x.quantity === 'ratio';
  return [
    line.name,
    [...where, ...after].join(', '),
    ...(isPhase
      ? []
      : [`${chart.x.label} ${valueText(line.x[i], line.xLow?.[i], line.xHigh?.[i])}`]),
    `${chart.y.label} ${valueText(line.y[i], line.low?.[i], line.high?.[i])}`,
    ...(subject.arm !== undefined && subject.seed === undefined ? [`n = ${line.count[i]}`] : []),
  ];
}

/** A value with its interval: `3.41 [3.3, 3.52]`. */
export function valueText(value: number, low = NaN, high = NaN): string {
  const interval = Number.isNaN(low) ? '' : ` [${shortNumber(low)}, ${shortNumber(high)}]`;
  return `${shortNumber(value)}${interval}`;
}
