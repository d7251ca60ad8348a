/*
 * Charts as data. Layouts create marks without a DOM; the same marks are drawn on
 * a canvas, added to an SVG element, or written to a file, so that a figure is the same on screen and in a paper.
 * Lengths are CSS pixels, y grows downwards.
 */

/** A rectangle. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How a line is drawn. */
export interface Stroke {
  readonly stroke: string;
  readonly strokeWidth?: number;
  /** Lengths of dashes and gaps; by default solid. */
  readonly dash?: readonly number[];
}

/** A filled rectangle. */
export interface RectMark extends Box, Partial<Stroke> {
  readonly kind: 'rect';
  /** Any CSS colour; `none` for an outline only. */
  readonly fill: string;
  readonly opacity?: number;
}

/** A straight line. */
export interface LineMark extends Stroke {
  readonly kind: 'line';
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly opacity?: number;
}

/** A path in SVG syntax. */
export interface PathMark extends Partial<Stroke> {
  readonly kind: 'path';
  readonly d: string;
  /** By default `none`. */
  readonly fill?: string;
  readonly opacity?: number;
}

/** A line of text. */
export interface TextMark {
  readonly kind: 'text';
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly fill: string;
  /** In pixels. */
  readonly size: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  /** Part of the text that lies at y; by default `alphabetic`. */
  readonly baseline?: 'alphabetic' | 'middle' | 'hanging';
  readonly weight?: 'normal' | 'bold';
  /** In degrees, clockwise about (x, y). */
  readonly rotate?: number;
}

/** An image, stretched without smoothing. */
export interface ImageMark extends Box {
  readonly kind: 'image';
  /** A `data:` URL. Only drawn in SVG: a canvas draws the pixels themselves. */
  readonly href: string;
}

/** Marks that are moved and clipped together. */
export interface GroupMark {
  readonly kind: 'group';
  readonly marks: readonly Mark[];
  /** Visible area, in the coordinates of the group. */
  readonly clip?: Box;
  readonly translate?: readonly [x: number, y: number];
}

/** A graphical element of a chart. */
export type Mark = RectMark | LineMark | PathMark | TextMark | ImageMark | GroupMark;

/** Estimated width of a text in pixels, with 0.55 of the font size per letter. */
export function widthOf(text: string, size: number): number {
  return text.length * 0.55 * size;
}

/** A text cut to a width, by {@link widthOf}. */
export function fitted(text: string, width: number, size: number): string {
  const most = Math.floor(width / widthOf('m', size));
  return text.length <= most ? text : `${text.slice(0, Math.max(1, most - 1)).trimEnd()}…`;
}

/** A length rounded to a hundredth of a pixel: less than anyone can see, and files stay small. */
export function rounded(length: number): number {
  return Math.round(length * 100) / 100;
}

/** A text of at most `length` characters, the last one an ellipsis where it is cut. */
export function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
