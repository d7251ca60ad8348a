/**
 * The visible part of a picture as shares of the whole. It does not depend on the size of the picture, so
 * that zoom and pan are kept when the data changes.
 */
export interface Viewport {
  /** Left and top edge, 0 … 1. */
  readonly x: number;
  readonly y: number;
  /** Magnification in x and y, 1 or more. */
  readonly kx: number;
  readonly ky: number;
}

export const WHOLE: Viewport = { x: 0, y: 0, kx: 1, ky: 1 };

/** Smallest number of rows or columns that can fill the picture. */
const MIN_CELLS = 3;

/** Largest magnification of a picture with so many cells. */
export function maxZoom(cells: number): number {
  return Math.max(1, cells / MIN_CELLS);
}

/** Moves and resizes a viewport to lie within the whole. */
export function clampViewport({ x, y, kx, ky }: Viewport, columns: number, rows: number): Viewport {
  const within = (k: number, most: number): number =>
    Number.isFinite(k) ? Math.max(1, Math.min(most, k)) : 1;
  const edge = (at: number, k: number): number =>
    Number.isFinite(at) ? Math.max(0, Math.min(1 - 1 / k, at)) : 0;
  const [wide, high] = [within(kx, maxZoom(columns)), within(ky, maxZoom(rows))];
  return { x: edge(x, wide), y: edge(y, high), kx: wide, ky: high };
}

/**
 * Magnifies about a point, which keeps its position.
 * @param px the point, as a share of the viewport from its left edge
 * @param py the same from its top edge
 */
export function zoomAbout(
  viewport: Viewport,
  factor: { readonly x: number; readonly y: number },
  [px, py]: readonly [px: number, py: number],
  columns: number,
  rows: number,
): Viewport {
  const kx = Math.max(1, Math.min(maxZoom(columns), viewport.kx * factor.x));
  const ky = Math.max(1, Math.min(maxZoom(rows), viewport.ky * factor.y));
  const x = viewport.x + px / viewport.kx - px / kx;
  const y = viewport.y + py / viewport.ky - py / ky;
  return clampViewport({ x, y, kx, ky }, columns, rows);
}

/** Moves by shares of the viewport. */
export function panBy(
  viewport: Viewport,
  [dx, dy]: readonly [dx: number, dy: number],
  columns: number,
  rows: number,
): Viewport {
  const { x, y, kx, ky } = viewport;
  return clampViewport({ kx, ky, x: x + dx / kx, y: y + dy / ky }, columns, rows);
}

/**
 * New edge of a viewport, moved as little as needed to show a range of the whole, or as much of it as fits.
 * @param at current edge @param from start of the range @param to its end @param k magnification
 */
export function reveal(at: number, from: number, to: number, k: number): number {
  const size = 1 / k;
  if (from < at || to - from >= size) return Math.max(0, Math.min(1 - size, from));
  return to > at + size ? to - size : at;
}
