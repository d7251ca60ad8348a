import type { Line } from '../../../figures/lines/data';
import { isInside, type LinesLayout } from '../../../figures/lines/layout';

/** A point of a chart. */
export interface Picked {
  /** Index of the line. */
  readonly line: number;
  /** Index of the point in its line. */
  readonly point: number;
}

/** The point nearest to a place, if one is within reach (all in pixels). */
export function nearestPoint(
  { shapes, plot }: LinesLayout,
  x: number,
  y: number,
  reach: number,
): Picked | undefined {
  let best = reach * reach;
  let found: Picked | undefined;
  shapes.forEach(({ points }, line) => {
    for (let i = 0; i < points.length; i += 2) {
      const dx = points[i] - x;
      const dy = points[i + 1] - y;
      const distance = dx * dx + dy * dy;
      // False for NaN, so that missing points are never found.
      if (distance <= best && isInside(plot, points[i], points[i + 1])) {
        // Among equals, the line drawn last lies on top.
        best = distance;
        found = { line, point: i / 2 };
      }
    }
  });
  return found;
}

/** Step of the keyboard cursor. */
export type Step = 'next' | 'previous' | 'up' | 'down' | 'first' | 'last';

/**
 * Walks from a point along its line, or to the line above or below it. At an end it does not move.
 * @returns undefined if no point lies in the plot
 */
export function walk(
  layout: LinesLayout,
  from: Picked | undefined,
  step: Step,
): Picked | undefined {
  if (!from || !isThere(layout, from)) return firstPoint(layout);
  if (step === 'up' || step === 'down') return neighbourLine(layout, from, step) ?? from;
  const places = placesAlong(layout, from.line);
  const at = places.indexOf(from.point);
  const to =
    step === 'first'
      ? 0
      : step === 'last'
        ? places.length - 1
        : Math.max(0, Math.min(places.length - 1, at + (step === 'next' ? 1 : -1)));
  return { line: from.line, point: places[to] };
}

/** The points of a line within the plot, from left to right; ties by index. */
function placesAlong({ shapes, plot }: LinesLayout, line: number): number[] {
  const { points } = shapes[line];
  const places: number[] = [];
  for (let i = 0; 2 * i < points.length; i++) {
    if (isInside(plot, points[2 * i], points[2 * i + 1])) places.push(i);
  }
  return places.sort((a, b) => points[2 * a] - points[2 * b] || a - b);
}

function isThere({ shapes, plot }: LinesLayout, { line, point }: Picked): boolean {
  const points = shapes[line]?.points;
  return points !== undefined && isInside(plot, points[2 * point], points[2 * point + 1]);
}

function firstPoint(layout: LinesLayout): Picked | undefined {
  for (let line = 0; line < layout.shapes.length; line++) {
    const [point] = placesAlong(layout, line);
    if (point !== undefined) return { line, point };
  }
  return undefined;
}

/** On the nearest line above or below, the point nearest in x. */
function neighbourLine(layout: LinesLayout, from: Picked, step: 'up' | 'down'): Picked | undefined {
  const { shapes } = layout;
  const x = shapes[from.line].points[2 * from.point];
  const there = shapes
    .map((_, line) => closestInX(layout, line, x))
    .filter((picked) => picked !== undefined)
    .map((picked) => ({ picked, y: shapes[picked.line].points[2 * picked.point + 1] }))
    // Lines that meet in a point follow each other in their order.
    .sort((a, b) => a.y - b.y || a.picked.line - b.picked.line);
  const at = there.findIndex(({ picked }) => picked.line === from.line);
  return there[step === 'up' ? at - 1 : at + 1]?.picked;
}

function closestInX(layout: LinesLayout, line: number, x: number): Picked | undefined {
  let best = Infinity;
  let found: Picked | undefined;
  for (const point of placesAlong(layout, line)) {
    const distance = Math.abs(layout.shapes[line].points[2 * point] - x);
    if (distance < best) {
      best = distance;
      found = { line, point };
    }
  }
  return found;
}

/** Index of a line by its id; −1 if there is none. */
export function lineWithId<L extends Line>({ shapes }: LinesLayout<L>, id: string): number {
  return shapes.findIndex(({ line }) => line.id === id);
}
