import type { Line } from '../../../figures/lines/data';
import { isSameScale, type LineShape, type LinesLayout } from '../../../figures/lines/layout';

/** A line that has become longer. */
export interface Growth {
  readonly shape: LineShape;
  /** Index of its first new point. */
  readonly from: number;
}

/**
 * New points at the ends of lines, if the layout does not differ from the drawn one in any other way.
 * Hundreds of lines then need not be drawn again for a few points.
 * @returns undefined if the whole chart has to be drawn
 */
export function growthOf(drawn: LinesLayout, next: LinesLayout): Growth[] | undefined {
  const isSameFrame =
    drawn.width === next.width &&
    drawn.height === next.height &&
    isSameScale(drawn.x, next.x) &&
    isSameScale(drawn.y, next.y) &&
    drawn.shapes.length === next.shapes.length &&
    drawn.chart.references.length === 0 &&
    next.chart.references.length === 0 &&
    drawn.chart.title === next.chart.title &&
    drawn.chart.x.label === next.chart.x.label &&
    drawn.chart.note === next.chart.note &&
    drawn.off === next.off;
  if (!isSameFrame) return undefined;
  const grown: Growth[] = [];
  for (let i = 0; i < next.shapes.length; i++) {
    const before = drawn.shapes[i];
    const shape = next.shapes[i];
    if (!isSameStyle(before.line, shape.line)) return undefined;
    // Intervals and markers of points that are drawn may have changed.
    if (before.interval || shape.interval || shape.xInterval) return undefined;
    if (before.points === shape.points) continue;
    if (shape.line.style.marker || !isBeginning(before.points, shape.points)) return undefined;
    grown.push({ shape, from: before.points.length / 2 });
  }
  return grown;
}

function isSameStyle(a: Line, b: Line): boolean {
  const [one, other] = [a.style, b.style];
  return (
    a.id === b.id &&
    one.slot === other.slot &&
    one.twin === other.twin &&
    one.dash === other.dash &&
    one.faint === other.faint &&
    one.loose === other.loose &&
    one.marker === other.marker
  );
}

function isBeginning(some: Float32Array, more: Float32Array): boolean {
  if (some.length > more.length) return false;
  for (let i = 0; i < some.length; i++) if (!Object.is(some[i], more[i])) return false;
  return true;
}
