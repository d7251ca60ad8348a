/**
 * The part of a picture that is in sight, in units of the whole: it means the same for a picture of any
 * size, so that zoom and pan stay where they were when the data changes.
 */
export interface Viewport {
  /** Left and top edge, 0 … 1. */
  readonly x: number;
  readonly y: number;
  /** How many times the whole is wider and higher than what is in sight, 1 or more. */
  readonly kx: number;
  readonly ky: number;
}

export const WHOLE: Viewport = { x: 0, y: 0, kx: 1, ky: 1 };

/** Magnification at which this many rows or columns fill the picture. */
const MIN_CELLS = 3;

/** Most that a picture of so many cells is magnified. */
export function maxZoom(cells: number): number {
  return Math.max(1, cells / MIN_CELLS);
}

/** A viewport that lies within the whole. */
export function clampViewport({ x, y, kx, ky }: Viewport, columns: number, rows: number): Viewport {
  const within = (k: number, most: number): number =>
    Number.isFinite(k) ? Math.max(1, Math.min(most, k)) : 1;
  const edge = (at: number, k: number): number =>
    Number.isFinite(at) ? Math.max(0, Math.min(1 - 1 / k, at)) : 0;
  const [wide, high] = [within(kx, maxZoom(columns)), within(ky, maxZoom(rows))];
  return { x: edge(x, wide), y: edge(y, high), kx: wide, ky: high };
}

/**
 * Magnifies about a point, which stays where it is.
 * @param px the point, as a share of the sight from its left
 * @param py the same from its top
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

/** Moves by shares of the sight. */
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
 * Edge of a sight moved as little as needed to have a stretch of the whole in it, or as much of it as fits.
 * @param at the edge now @param from the stretch's own @param k how often the sight fits into the whole
 */
export function reveal(at: number, from: number, to: number, k: number): number {
  const size = 1 / k;
  if (from < at || to - from >= size) return Math.max(0, Math.min(1 - size, from));
  return to > at + size ? to - size : at;
}
