import type { Box } from '../marks/marks';
import type { Axis, Line, LinesChart, Reference } from './data';
import { placeIntervals } from './intervals';
import { type Domain, paddedDomain, pixelsOf, type Scale, type Tick, ticksOf } from './scale';

/** A chart's own size, in CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Domains that the user chose, by quantity. */
export type Zoom = Readonly<Record<string, Domain>>;

/** A line laid out in pixels. */
export interface LineShape<L extends Line = Line> {
  readonly line: L;
  /** `[points, 2]`: x and y; NaN makes a gap. */
  readonly points: Float32Array;
  /** `[points, 2]`: y of the lower and the upper end of the interval; NaN where there is none. */
  readonly interval?: Float32Array;
  /** `[points, 2]`: y of the open part below it, which a logarithmic axis cuts; NaN where there is none. */
  readonly open?: Float32Array;
  /** How many intervals are open. */
  readonly cut: number;
  /** `[points, 2]`: x of the ends of the interval about x. */
  readonly xInterval?: Float32Array;
  /** How many points lie within the plot. */
  readonly inside: number;
}

/** A reference laid out in pixels. */
export interface ReferenceShape {
  readonly reference: Reference;
  readonly x: number;
  readonly y: number;
}

/** A chart with its size. */
export interface LinesLayout<L extends Line = Line> extends Size {
  readonly chart: LinesChart<L>;
  /** Where data is drawn. */
  readonly plot: Box;
  readonly x: Scale;
  readonly y: Scale;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  readonly shapes: readonly LineShape<L>[];
  readonly references: readonly ReferenceShape[];
  /** Points with a value that lie off the axes, unless the user zoomed. */
  readonly off: number;
  /** Intervals that reach 0 or below on a logarithmic axis, and how many intervals there are. */
  readonly cut: { readonly count: number; readonly of: number };
}

/** Space around the plot: title above, tick labels at the left and below, axis label at the bottom. */
const MARGINS = { top: 30, right: 14, bottom: 36, left: 48 } as const;
const TICK_EVERY_X = 62;
const TICK_EVERY_Y = 38;

/** Lays out a chart. */
export function layoutLines<L extends Line>(
  chart: LinesChart<L>,
  { width, height }: Size,
  zoom: Zoom = {},
): LinesLayout<L> {
  const plot: Box = {
    x: MARGINS.left,
    y: MARGINS.top,
    width: Math.max(1, width - MARGINS.left - MARGINS.right),
    height: Math.max(1, height - MARGINS.top - MARGINS.bottom),
  };
  const extents = extentsOf(chart);
  const x = scaleOf(chart.x, extents.x, zoom, [plot.x, plot.x + plot.width]);
  const y = scaleOf(chart.y, extents.y, zoom, [plot.y + plot.height, plot.y]);
  const across = placeOf(x);
  const up = placeOf(y);
  const shapes = chart.lines.map((line) => shapeOf(line, across, up, plot));
  const zoomed = chart.x.quantity in zoom || chart.y.quantity in zoom;
  return {
    width,
    height,
    chart,
    plot,
    x,
    y,
    xTicks: ticksOf(x, Math.floor(plot.width / TICK_EVERY_X), chart.x.whole),
    yTicks: ticksOf(y, Math.max(2, Math.floor(plot.height / TICK_EVERY_Y)), chart.y.whole),
    shapes,
    references: chart.references.map((reference) => ({
      reference,
      x: across.of(reference.x),
      y: up.of(reference.y),
    })),
    off: zoomed ? 0 : shapes.reduce((sum, { line, inside }) => sum + defined(line) - inside, 0),
    cut: cutOf(shapes),
  };
}

function scaleOf(
  { quantity, scale: kind, floor }: Axis,
  extent: Domain,
  zoom: Zoom,
  range: readonly [number, number],
): Scale {
  const chosen = zoom[quantity];
  if (chosen && (kind === 'linear' || chosen[0] > 0)) return { kind, domain: chosen, range };
  const [least, greatest] = extent;
  const from = floor !== undefined && greatest > floor ? Math.max(least, floor) : least;
  return { kind, domain: paddedDomain(kind, [from, greatest]), range };
}

/** Least and greatest values, of intervals and references too. */
function extentsOf(chart: LinesChart): { x: Domain; y: Domain } {
  const x = newExtent(chart.x);
  const y = newExtent(chart.y);
  for (const line of chart.lines) {
    for (let i = 0; i < line.x.length; i++) {
      // A point without x or y is not drawn, so its other coordinate does not extend the axis.
      if (Number.isNaN(line.x[i]) || Number.isNaN(line.y[i])) continue;
      x.add(line.x[i]);
      y.add(line.y[i]);
      if (line.low) y.add(line.low[i]);
      if (line.high) y.add(line.high[i]);
      if (line.xLow) x.add(line.xLow[i]);
      if (line.xHigh) x.add(line.xHigh[i]);
    }
  }
  for (const reference of chart.references) {
    x.add(reference.x);
    y.add(reference.y);
  }
  return { x: x.of(), y: y.of() };
}

function newExtent({ scale, holds }: Axis): { add(value: number): void; of(): Domain } {
  let least = Infinity;
  let greatest = -Infinity;
  const log = scale === 'log';
  const add = (value: number): void => {
    if (!Number.isFinite(value) || (log && value <= 0)) return;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  };
  holds?.forEach(add);
  return { add, of: () => [least, greatest] };
}

/** Maps values to pixels. */
interface Place {
  readonly scale: Scale;
  readonly of: (value: number) => number;
}

/** Limit of pixels, since canvases cannot draw farther away; NaN stays NaN. */
const MAX_PIXEL = 1e6;

function placeOf(scale: Scale): Place {
  const pixel = pixelsOf(scale);
  const of = (value: number): number => Math.max(-MAX_PIXEL, Math.min(MAX_PIXEL, pixel(value)));
  return { scale, of };
}

interface Points {
  readonly points: Float32Array;
  readonly inside: number;
}

/** Where points were placedPoints last, by their y, while the scales are those: most lines stay as they are. */
const placedPoints = new WeakMap<
  Float64Array,
  Points & { readonly x: Float64Array; readonly across: Scale; readonly up: Scale }
>();

function pointsOf(line: Line, x: Place, y: Place, plot: Box): Points {
  const known = placedPoints.get(line.y);
  const isSame =
    known?.x === line.x && isSameScale(known.across, x.scale) && isSameScale(known.up, y.scale);
  if (isSame) return known;
  const found = placePoints(line, x, y, plot);
  placedPoints.set(line.y, { ...found, x: line.x, across: x.scale, up: y.scale });
  return found;
}

/** Whether two scales map every value to the same pixel. */
export function isSameScale(a: Scale, b: Scale): boolean {
  return (
    a.kind === b.kind &&
    [0, 1].every((end) => a.domain[end] === b.domain[end] && a.range[end] === b.range[end])
  );
}

function placePoints(line: Line, x: Place, y: Place, plot: Box): Points {
  const count = line.x.length;
  const points = new Float32Array(2 * count);
  let inside = 0;
  for (let i = 0; i < count; i++) {
    const px = x.of(line.x[i]);
    const py = y.of(line.y[i]);
    const here = Number.isNaN(px) || Number.isNaN(py);
    points[2 * i] = here ? NaN : px;
    points[2 * i + 1] = here ? NaN : py;
    if (isInside(plot, px, py)) inside++;
  }
  return { points, inside };
}

function shapeOf<L extends Line>(line: L, x: Place, y: Place, plot: Box): LineShape<L> {
  const { points, inside } = pointsOf(line, x, y, plot);
  const { low, high, xLow, xHigh } = line;
  const { scale, of } = y;
  const log = scale.kind === 'log';
  const own = low && high && placeIntervals(low, high, points, { log, edge: scale.range[0], of });
  return {
    line,
    points,
    interval: own?.interval,
    open: own?.open,
    cut: own?.cut ?? 0,
    xInterval: xLow && xHigh && pairs(xLow, xHigh, x.of),
    inside,
  };
}

/** `[points, 2]` */
function pairs(low: Float64Array, high: Float64Array, of: (value: number) => number): Float32Array {
  return Float32Array.from({ length: 2 * low.length }, (_, i) =>
    of((i % 2 === 0 ? low : high)[i >> 1]),
  );
}

function cutOf(shapes: readonly LineShape[]): LinesLayout['cut'] {
  const count = shapes.reduce((sum, { cut }) => sum + cut, 0);
  if (count === 0) return { count, of: 0 };
  const ends = shapes.flatMap(({ line: { low } }) => (low ? [...low] : []));
  return { count, of: ends.filter((end) => !Number.isNaN(end)).length };
}

function defined({ x, y }: Line): number {
  let count = 0;
  for (let i = 0; i < x.length; i++) if (!Number.isNaN(x[i]) && !Number.isNaN(y[i])) count++;
  return count;
}

/** Whether a pixel lies in a box, with a tolerance of half a pixel; false for NaN. */
export function isInside({ x, y, width, height }: Box, px: number, py: number): boolean {
  return px >= x - 0.5 && px <= x + width + 0.5 && py >= y - 0.5 && py <= y + height + 0.5;
}
