import { meanInterval } from '../../core/statistics/meanInterval';
import type { LineStyle } from '../lines/data';
import type { LineSubject, TrajectoryLine } from './lines';

/** Values of a specimen in a chart. */
export interface Sample {
  readonly seed: number;
  readonly x: number;
  readonly y: number;
  readonly requested: number;
  readonly epoch: number;
  readonly step?: number;
  readonly neuronRatio?: number;
  readonly parameterRatio?: number;
  readonly weightRatio?: number;
}

/** Identity and style of a line to create. */
export interface LineRequest {
  readonly id: string;
  readonly name: string;
  readonly style: LineStyle;
  readonly subject: LineSubject;
  /** Whether to add an interval about x. */
  readonly xInterval?: boolean;
}

/** A line through samples in their order. */
export function lineThrough(
  { id, name, style, subject }: LineRequest,
  samples: readonly Sample[],
): TrajectoryLine {
  const column = (of: (sample: Sample) => number | undefined): Float64Array =>
    Float64Array.from(samples, (sample) => of(sample) ?? NaN);
  const y = column((sample) => sample.y);
  return {
    id,
    name,
    style,
    subject,
    x: column((sample) => sample.x),
    y,
    requested: column(({ requested }) => requested),
    epoch: column(({ epoch }) => epoch),
    step: column(({ step }) => step),
    neuronRatio: column(({ neuronRatio }) => neuronRatio),
    parameterRatio: column(({ parameterRatio }) => parameterRatio),
    weightRatio: column(({ weightRatio }) => weightRatio),
    count: y.map((value) => (Number.isNaN(value) ? 0 : 1)),
  };
}

/**
 * A line through means with their 95% t intervals, one point per group of samples. A sample without x
 * or y is left out of both, so that both means cover the same specimens.
 */
export function lineThroughMeans(
  { id, name, style, subject, xInterval }: LineRequest,
  groups: readonly (readonly Sample[])[],
): TrajectoryLine {
  const count = groups.length;
  const column = (): Float64Array => new Float64Array(count).fill(NaN);
  const line = {
    x: column(),
    y: column(),
    low: column(),
    high: column(),
    requested: column(),
    epoch: column(),
    count: column(),
    neuronRatio: column(),
    parameterRatio: column(),
    weightRatio: column(),
    step: column(),
  };
  const xEnds = xInterval ? { xLow: column(), xHigh: column() } : undefined;
  groups.forEach((group, i) => {
    const whole = group.filter(({ x, y }) => !Number.isNaN(x) && !Number.isNaN(y));
    const x = meanInterval(whole.map((sample) => sample.x));
    const y = meanInterval(whole.map((sample) => sample.y));
    line.x[i] = x.mean;
    line.y[i] = y.mean;
    line.low[i] = y.low;
    line.high[i] = y.high;
    line.count[i] = y.count;
    if (xEnds) {
      xEnds.xLow[i] = x.low;
      xEnds.xHigh[i] = x.high;
    }
    const [first] = group;
    line.requested[i] = first.requested;
    line.step[i] = first.step ?? NaN;
    line.epoch[i] = group.reduce((most, { epoch }) => Math.max(most, epoch), 0);
    line.neuronRatio[i] = meanInterval(group.map((sample) => sample.neuronRatio ?? NaN)).mean;
    line.parameterRatio[i] = meanInterval(group.map((sample) => sample.parameterRatio ?? NaN)).mean;
    line.weightRatio[i] = meanInterval(group.map((sample) => sample.weightRatio ?? NaN)).mean;
  });
  return { id, name, style, subject, ...line, ...xEnds };
}
