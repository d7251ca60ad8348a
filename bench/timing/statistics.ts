/** Repeated measurements of one thing. */
export interface Summary {
  readonly minimum: number;
  readonly median: number;
  /** Median absolute deviation from the median. */
  readonly deviation: number;
  readonly repeats: number;
}

/** Middle value; the mean of the two middle ones where their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Summarises measurements, at least one. */
export function summarise(values: readonly number[]): Summary {
  const centre = median(values);
  return {
    minimum: Math.min(...values),
    median: centre,
    deviation: median(values.map((value) => Math.abs(value - centre))),
    repeats: values.length,
  };
}

/** The same without a cost that all measurements have in common. */
export function summaryLess({ minimum, median: centre, ...rest }: Summary, cost: number): Summary {
  return { minimum: minimum - cost, median: centre - cost, ...rest };
}

/** y ≈ factor · x^exponent. */
export interface PowerLaw {
  readonly exponent: number;
  readonly factor: number;
  /** Share of the variance of ln y that it explains, R²; 1 where y does not vary. */
  readonly explained: number;
}

/** Fits a power law by least squares on logarithms; needs two different positive x. */
export function fitPowerLaw(
  points: readonly { readonly x: number; readonly y: number }[],
): PowerLaw {
  const xs = points.map(({ x }) => Math.log(x));
  const ys = points.map(({ y }) => Math.log(y));
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(xs), mean(ys)];
  const covariance = mean(xs.map((x, i) => (x - meanX) * (ys[i] - meanY)));
  const exponent = covariance / mean(xs.map((x) => (x - meanX) ** 2));
  const intercept = meanY - exponent * meanX;
  const left = mean(xs.map((x, i) => (ys[i] - intercept - exponent * x) ** 2));
  const total = mean(ys.map((y) => (y - meanY) ** 2));
  return {
    exponent,
    factor: Math.exp(intercept),
    explained: total === 0 ? 1 : 1 - left / total,
  };
}
