import type { Palette } from '../colour/palette';
import { rounded } from '../marks/marks';
import type { LineStyle } from './data';

/*
 * Six pairs of colours, found by search: every colour has a contrast of 3 : 1 to its background, and any two of
 * the first of each pair differ by at least 0.1 in OKLab (Ottosson 2020), also as people without red,
 * green or blue cones see them (Machado, Oliveira & Fernandes 2009).
 */
const LIGHT: readonly (readonly [own: string, twin: string])[] = [
  ['#0077d2', '#4497eb'],
  ['#b95e00', '#d58042'],
  ['#06544d', '#366f68'],
  ['#763192', '#9154ac'],
  ['#482c00', '#624725'],
  ['#676c75', '#858992'],
];

const DARK: typeof LIGHT = [
  ['#4c8efb', '#2e67c5'],
  ['#e6770c', '#ae5806'],
  ['#7ad8a6', '#5aac81'],
  ['#b983b0', '#8d5f86'],
  ['#f9c205', '#c79b07'],
  ['#d3ddfd', '#abb3cf'],
];

/** Number of colours; further slots repeat them with other markers. */
export const COLOURS = LIGHT.length;

/**
 * Dash patterns, in pixels drawn and left out; the first is solid. There is one more pattern than colours. None
 * is that of the null's dashes.
 */
const PATTERNS: readonly (readonly number[])[] = [
  [],
  [10, 3],
  [2.5, 2.5],
  [10, 3, 2, 3],
  [5, 2],
  [10, 3, 2, 3, 2, 3],
  [1.5, 3.5],
];

/** Shapes of markers. There is one more shape than colours, so that 7 × 6 slots differ. */
export const MARKERS = [
  'circle',
  'square',
  'triangle',
  'diamond',
  'wedge',
  'pentagon',
  'star',
] as const;

/** Shape of a marker. */
export type Marker = (typeof MARKERS)[number];

/** Style of a line resolved for a palette. */
export interface ResolvedStyle {
  readonly colour: string;
  readonly width: number;
  readonly dash: readonly number[];
  readonly opacity: number;
  readonly marker?: Marker;
  readonly hollow: boolean;
}

/** Colours of a slot on a light or a dark background. */
export function slotColours(slot: number, kind: Palette['kind']): readonly [string, string] {
  return (kind === 'light' ? LIGHT : DARK)[slot % COLOURS];
}

/** Resolves a style for a palette. */
export function resolveStyle(
  { slot, twin, dash, pattern, marker, faint, loose }: LineStyle,
  palette: Pick<Palette, 'kind' | 'contrast' | 'muted'>,
): ResolvedStyle {
  const [own, other] = slot === undefined ? [] : slotColours(slot, palette.kind);
  return {
    // High contrast uses the stronger colour of the pair.
    colour: (twin && !palette.contrast ? other : own) ?? palette.muted,
    width: (faint ? 1 : 1.75) + (palette.contrast ? 0.5 : 0),
    dash: pattern === undefined ? dashesOf(dash) : PATTERNS[pattern % PATTERNS.length],
    opacity: loose ? 0.3 : faint && !palette.contrast ? 0.75 : 1,
    ...(marker && { marker: MARKERS[(slot ?? 0) % MARKERS.length] }),
    hollow: marker === 'hollow',
  };
}

function dashesOf(dash: LineStyle['dash']): readonly number[] {
  return dash === 'dotted' ? [1.5, 3] : dash === 'dashed' ? [6, 4] : [];
}

/** Corners of a marker about (0, 0), to be scaled by its radius; a circle has none. */
export const CORNERS: Readonly<Record<Marker, readonly (readonly [x: number, y: number])[]>> = {
  circle: [],
  square: ring(4, 0.25 * Math.PI, 1.15),
  triangle: ring(3, -0.5 * Math.PI, 1.25),
  diamond: ring(4, 0, 1.25),
  wedge: ring(3, 0.5 * Math.PI, 1.25),
  pentagon: ring(5, -0.5 * Math.PI, 1.12),
  star: Array.from({ length: 10 }, (_, i) => {
    const radius = i % 2 === 0 ? 1.4 : 0.6;
    const angle = -0.5 * Math.PI + (i * Math.PI) / 5;
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const;
  }),
};

function ring(corners: number, from: number, radius: number): (readonly [number, number])[] {
  return Array.from({ length: corners }, (_, i) => {
    const angle = from + (2 * Math.PI * i) / corners;
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const;
  });
}

/** The outline of a marker in SVG syntax. */
export function markerPath(marker: Marker, x: number, y: number, radius: number): string {
  if (marker === 'circle') {
    const arc = `a${rounded(radius)} ${rounded(radius)} 0 1 0`;
    return `M${rounded(x - radius)} ${rounded(y)}${arc} ${rounded(2 * radius)} 0${arc} ${rounded(-2 * radius)} 0Z`;
  }
  const corners = CORNERS[marker].map(
    ([cx, cy]) => `${rounded(x + radius * cx)} ${rounded(y + radius * cy)}`,
  );
  return `M${corners.join('L')}Z`;
}

/** Radius of markers in pixels. */
export const MARKER_RADIUS = 3;
/** Approximate distance between markers in pixels if only some points have one. */
const MARKER_GAP = 26;

/**
 * The points of a line that carry a marker: all, or some and the last; shifted by slot, so that markers
 * of coinciding lines are both visible.
 */
export function markedPoints(points: Float32Array, which: 'each' | 'some', slot = 0): number[] {
  const there: number[] = [];
  for (let i = 0; 2 * i < points.length; i++) if (!Number.isNaN(points[2 * i])) there.push(i);
  if (which === 'each' || there.length < 3) return there;
  const last = there[there.length - 1];
  const step = (points[2 * last] - points[2 * there[0]]) / (there.length - 1);
  const every = Math.max(1, Math.ceil(MARKER_GAP / Math.max(step, 0.01)));
  const shift = (3 * slot) % every;
  return there.filter((i) => i % every === shift || i === last);
}

/** Share of colour in the band of a line. */
export function bandOpacity({ faint }: LineStyle): number {
  return faint ? 0.07 : 0.16;
}

/** Opacity of the open part below an interval relative to its band, and the dashes of its bar. */
export const OPEN_SHARE = 0.45;
export const OPEN_DASH: readonly number[] = [2, 3];

/** Share of colour in the bars of a line. */
export function barOpacity({ faint }: LineStyle): number {
  return faint ? 0.25 : 0.5;
}
