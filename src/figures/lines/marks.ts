import { opaqueBackground, type Palette } from '../colour/palette';
import { type Mark, rounded } from '../marks/marks';
import { axisMarks, gridMarks, referenceMarks } from './frame';
import { stretches } from './intervals';
import type { LineShape, LinesLayout } from './layout';
import {
  bandOpacity,
  barOpacity,
  resolveStyle,
  markedPoints,
  MARKER_RADIUS,
  markerPath,
  OPEN_DASH,
  OPEN_SHARE,
} from './style';
import { neededPoints, pairsAt } from './thinned';

/** A whole chart as marks, for files. The same layout on screen is drawn by {@link drawLines}. */
export function lineMarks(layout: LinesLayout, palette: Palette): Mark[] {
  const { plot, shapes: all, chart } = layout;
  const shapes = all.map(thinned);
  const clip = { x: plot.x - 4, y: plot.y - 4, width: plot.width + 8, height: plot.height + 8 };
  const marks = [
    ...shapes.flatMap((shape) => intervalMarks(shape, chart.intervals, palette)),
    ...shapes.flatMap((shape) => lineMark(shape, palette)),
    ...all.flatMap((shape) => markerMarks(shape, chart.markers, palette)),
  ];
  return [
    ...gridMarks(layout, palette),
    { kind: 'group', clip, marks },
    ...axisMarks(layout, palette),
    ...referenceMarks(layout, palette),
  ];
}

/** A shape reduced to the points that a picture needs. */
function thinned(shape: LineShape): LineShape {
  const { points, interval, open, xInterval } = shape;
  const places = neededPoints(
    points,
    [interval, open, xInterval].filter((ends) => ends !== undefined),
  );
  if (2 * places.length === points.length) return shape;
  const at = (pairs: Float32Array | undefined) => pairs && pairsAt(pairs, places);
  return {
    ...shape,
    points: pairsAt(points, places),
    interval: at(interval),
    open: at(open),
    xInterval: at(xInterval),
  };
}

function lineMark({ line, points }: LineShape, palette: Palette): Mark[] {
  const { colour, width, dash, opacity } = resolveStyle(line.style, palette);
  const parts: string[] = [];
  let down = false;
  for (let i = 0; i < points.length; i += 2) {
    if (Number.isNaN(points[i])) {
      down = false;
      continue;
    }
    parts.push(`${down ? 'L' : 'M'}${rounded(points[i])} ${rounded(points[i + 1])}`);
    const alone = !down && Number.isNaN(points[i + 2] ?? NaN);
    // A single value between two gaps is drawn as a short line; otherwise it would be invisible.
    if (alone) parts.push('h0.75');
    down = true;
  }
  if (parts.length === 0) return [];
  return [
    {
      kind: 'path',
      d: parts.join(''),
      stroke: colour,
      strokeWidth: width,
      ...(dash.length > 0 && { dash }),
      ...(opacity < 1 && { opacity }),
    },
  ];
}

function intervalMarks(
  { line, points, interval, open, xInterval }: LineShape,
  kind: 'band' | 'bars',
  palette: Palette,
): Mark[] {
  const { colour } = resolveStyle(line.style, palette);
  if (kind === 'bars') {
    const parts: string[] = [];
    for (let i = 0; i < points.length; i += 2) {
      if (Number.isNaN(points[i])) continue;
      if (interval && !Number.isNaN(interval[i])) {
        parts.push(`M${rounded(points[i])} ${rounded(interval[i])}V${rounded(interval[i + 1])}`);
      }
      if (xInterval && !Number.isNaN(xInterval[i])) {
        parts.push(
          `M${rounded(xInterval[i])} ${rounded(points[i + 1])}H${rounded(xInterval[i + 1])}`,
        );
      }
    }
    const bar = { stroke: colour, strokeWidth: 1, opacity: barOpacity(line.style) };
    return [
      ...pathMarks(parts.join(''), bar),
      ...pathMarks(open ? openBars(points, open) : '', { ...bar, dash: OPEN_DASH }),
    ];
  }
  if (!interval) return [];
  const opacity = bandOpacity(line.style);
  return [
    ...pathMarks(bandPath(points, interval), { fill: colour, opacity }),
    ...pathMarks(open ? bandPath(points, open) : '', {
      fill: colour,
      opacity: OPEN_SHARE * opacity,
    }),
  ];
}

type PathStyle = Omit<Extract<Mark, { kind: 'path' }>, 'kind' | 'd'>;

function pathMarks(d: string, look: PathStyle): Mark[] {
  return d ? [{ kind: 'path', d, ...look }] : [];
}

function openBars(points: Float32Array, open: Float32Array): string {
  const parts: string[] = [];
  for (let i = 0; i < points.length; i += 2) {
    if (Number.isNaN(open[i]) || open[i] === open[i + 1]) continue;
    parts.push(`M${rounded(points[i])} ${rounded(open[i + 1])}V${rounded(open[i])}`);
  }
  return parts.join('');
}

function bandPath(points: Float32Array, ends: Float32Array): string {
  const bands = stretches(points, ends).map(([from, to]) => {
    const there: string[] = [];
    const back: string[] = [];
    for (let i = from; i <= to; i++) {
      there.push(`${rounded(points[2 * i])} ${rounded(ends[2 * i + 1])}`);
      back.unshift(`${rounded(points[2 * i])} ${rounded(ends[2 * i])}`);
    }
    return `M${[...there, ...back].join('L')}Z`;
  });
  return bands.join('');
}

function markerMarks(
  { line, points }: LineShape,
  which: 'each' | 'some',
  palette: Palette,
): Mark[] {
  const { colour, marker, hollow } = resolveStyle(line.style, palette);
  if (!marker) return [];
  const radius = line.style.faint ? MARKER_RADIUS * 0.75 : MARKER_RADIUS;
  const d = markedPoints(points, which, line.style.slot)
    .map((i) => markerPath(marker, points[2 * i], points[2 * i + 1], radius))
    .join('');
  return d
    ? [
        {
          kind: 'path',
          d,
          fill: hollow ? opaqueBackground(palette) : colour,
          stroke: colour,
          strokeWidth: 1.25,
        },
      ]
    : [];
}
