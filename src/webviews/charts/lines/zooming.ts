import type { LinesLayout, Zoom } from '../../../figures/lines/layout';
import { type Domain, type Scale, toPixel, toValue } from '../../../figures/lines/scale';

/** A drag that is thinner than this zooms the other direction only. */
const THIN = 10;

/** The domains that a drag selects. */
export function brushed(
  { plot, x, y, chart }: LinesLayout,
  [x0, y0]: readonly [number, number],
  [x1, y1]: readonly [number, number],
): Zoom {
  const wide = Math.abs(x1 - x0) >= THIN;
  const tall = Math.abs(y1 - y0) >= THIN;
  return {
    ...((wide || !tall) && {
      [chart.x.quantity]: between(x, x0, x1, plot.x, plot.x + plot.width),
    }),
    ...(tall && { [chart.y.quantity]: between(y, y0, y1, plot.y, plot.y + plot.height) }),
  };
}

function between(scale: Scale, a: number, b: number, least: number, greatest: number): Domain {
  const clamp = (pixel: number): number => Math.max(least, Math.min(greatest, pixel));
  const [from, to] = [toValue(scale, clamp(a)), toValue(scale, clamp(b))].sort((p, q) => p - q);
  // A drag beyond the edge of the plot selects an empty domain.
  return from < to ? [from, to] : scale.domain;
}

/**
 * Scales the domains by a factor about a point, which keeps its position.
 * @param place values; by default the middle of the plot
 */
export function scaledAbout(
  { x, y, chart, plot }: LinesLayout,
  place: readonly [number, number] | undefined,
  factor: number,
): Zoom {
  const middle = [
    toValue(x, plot.x + plot.width / 2),
    toValue(y, plot.y + plot.height / 2),
  ] as const;
  const [px, py] = place ?? middle;
  return {
    [chart.x.quantity]: scaled(x, px, factor),
    [chart.y.quantity]: scaled(y, py, factor),
  };
}

function scaled(scale: Scale, value: number, factor: number): Domain {
  const at = toPixel(scale, value);
  const [start, end] = scale.range;
  const from = toValue(scale, at + (start - at) * factor);
  const to = toValue(scale, at + (end - at) * factor);
  return Number.isFinite(from) && Number.isFinite(to) && from < to ? [from, to] : scale.domain;
}
