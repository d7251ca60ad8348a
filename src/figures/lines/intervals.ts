/*
 * Intervals about y on a logarithmic axis. One that reaches 0 or below has no lower end there: it is drawn
 * as it is down to the point itself, and from there to the edge of the plot as one that is open.
 */

/** Ends of intervals in pixels. */
export interface IntervalShape {
  /** `[points, 2]`: the lower and the upper end, of an open one the point instead of the lower end. */
  readonly interval: Float32Array;
  /**
   * `[points, 2]`: where the open parts end and begin; a point beside one has its own lower end twice, so
   * that a band tapers to it. NaN elsewhere; undefined where no interval is open.
   */
  readonly open?: Float32Array;
  /** How many intervals are open. */
  readonly cut: number;
}

/** Maps values to pixels. */
export interface IntervalPlace {
  readonly log: boolean;
  /** Pixel of the lower edge of the plot. */
  readonly edge: number;
  readonly of: (value: number) => number;
}

/**
 * Places the ends of a line's intervals.
 * @param points `[points, 2]` of the line, in pixels
 */
export function placeIntervals(
  low: Float64Array,
  high: Float64Array,
  points: Float32Array,
  { log, edge, of }: IntervalPlace,
): IntervalShape {
  const count = low.length;
  const interval = new Float32Array(2 * count);
  const isOpen = (i: number): boolean => log && low[i] <= 0 && !Number.isNaN(points[2 * i]);
  let cut = 0;
  for (let i = 0; i < count; i++) {
    const open = isOpen(i);
    if (open) cut++;
    interval[2 * i] = open ? points[2 * i + 1] : of(low[i]);
    interval[2 * i + 1] = of(high[i]);
  }
  if (cut === 0) return { interval, cut };
  const open = new Float32Array(2 * count).fill(NaN);
  for (let i = 0; i < count; i++) {
    if (isOpen(i)) {
      open[2 * i] = edge;
      open[2 * i + 1] = interval[2 * i];
    } else if ((i > 0 && isOpen(i - 1)) || (i + 1 < count && isOpen(i + 1))) {
      open.fill(interval[2 * i], 2 * i, 2 * i + 2);
    }
  }
  return { interval, open, cut };
}

/** Ranges of points that have both a position and an interval: first and last point of each. */
export function stretches(points: Float32Array, interval: Float32Array): [number, number][] {
  const found: [number, number][] = [];
  let from = -1;
  const count = points.length / 2;
  for (let i = 0; i <= count; i++) {
    const there = i < count && !Number.isNaN(points[2 * i]) && !Number.isNaN(interval[2 * i]);
    if (there && from < 0) from = i;
    if (!there && from >= 0) {
      found.push([from, i - 1]);
      from = -1;
    }
  }
  return found;
}
