import type { Palette } from '../../../figures/colour/palette';
import { stretches } from '../../../figures/lines/intervals';
import type { LineShape, LinesLayout } from '../../../figures/lines/layout';
import {
  bandOpacity,
  barOpacity,
  CORNERS,
  resolveStyle,
  markedPoints,
  type Marker,
  MARKER_RADIUS,
  OPEN_DASH,
  OPEN_SHARE,
} from '../../../figures/lines/style';
import type { Box } from '../../../figures/marks/marks';
import type { Context } from '../../shared/drawMarks';
import type { Growth } from './growth';

/**
 * Draws the data of a chart, clipped to its plot. Each line is one path, so that hundreds of lines of a
 * thousand points fit a frame.
 */
export function drawLines(context: Context, layout: LinesLayout, palette: Palette): void {
  const { plot, shapes, chart } = layout;
  context.save();
  clipToPlot(context, plot);
  context.lineJoin = 'round';
  for (const shape of shapes) drawInterval(context, shape, chart.intervals, palette);
  for (const shape of shapes) drawLine(context, shape, palette);
  for (const shape of shapes) drawMarkers(context, shape, chart.markers, palette);
  context.restore();
}

/** Draws only the new ends of lines of a chart. */
export function drawGrowth(
  context: Context,
  { plot }: LinesLayout,
  grown: readonly Growth[],
  palette: Palette,
): void {
  context.save();
  clipToPlot(context, plot);
  context.lineJoin = 'round';
  // Starts at the last drawn point, so that the line is connected.
  for (const { shape, from } of grown) drawLine(context, shape, palette, Math.max(0, from - 1));
  context.restore();
}

/** Clips with a margin, so that markers at the edge are whole. */
function clipToPlot(context: Context, { x, y, width, height }: Box): void {
  context.beginPath();
  context.rect(x - 4, y - 4, width + 8, height + 8);
  context.clip();
}

function drawLine(context: Context, { line, points }: LineShape, palette: Palette, from = 0): void {
  const { colour, width, dash, opacity } = resolveStyle(line.style, palette);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.globalAlpha = opacity;
  context.setLineDash([...dash]);
  context.lineCap = line.style.dash === 'dotted' ? 'round' : 'butt';
  context.beginPath();
  let down = false;
  let single = -1;
  for (let i = 2 * from; i < points.length; i += 2) {
    if (Number.isNaN(points[i])) {
      if (single >= 0) dot(context, points, single);
      down = false;
      single = -1;
    } else if (down) {
      context.lineTo(points[i], points[i + 1]);
      single = -1;
    } else {
      context.moveTo(points[i], points[i + 1]);
      down = true;
      single = i;
    }
  }
  if (single >= 0) dot(context, points, single);
  context.stroke();
  context.globalAlpha = 1;
  context.setLineDash([]);
}

/** Draws a single value between two gaps as a short line; otherwise it would be invisible. */
function dot(context: Context, points: Float32Array, i: number): void {
  context.lineTo(points[i] + 0.75, points[i + 1]);
}

function drawInterval(
  context: Context,
  { line, points, interval, open, xInterval }: LineShape,
  kind: 'band' | 'bars',
  palette: Palette,
): void {
  const { colour } = resolveStyle(line.style, palette);
  if (kind === 'bars') {
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.beginPath();
    for (let i = 0; i < points.length; i += 2) {
      if (Number.isNaN(points[i])) continue;
      if (interval && !Number.isNaN(interval[i])) {
        context.moveTo(points[i], interval[i]);
        context.lineTo(points[i], interval[i + 1]);
      }
      if (xInterval && !Number.isNaN(xInterval[i])) {
        context.moveTo(xInterval[i], points[i + 1]);
        context.lineTo(xInterval[i + 1], points[i + 1]);
      }
    }
    context.globalAlpha = barOpacity(line.style);
    context.stroke();
    if (open) strokeOpenBars(context, points, open);
    context.globalAlpha = 1;
    return;
  }
  if (!interval) return;
  context.fillStyle = colour;
  fillBand(context, points, interval, bandOpacity(line.style));
  if (open) fillBand(context, points, open, OPEN_SHARE * bandOpacity(line.style));
}

function strokeOpenBars(context: Context, points: Float32Array, open: Float32Array): void {
  context.beginPath();
  for (let i = 0; i < points.length; i += 2) {
    if (Number.isNaN(open[i]) || open[i] === open[i + 1]) continue;
    context.moveTo(points[i], open[i + 1]);
    context.lineTo(points[i], open[i]);
  }
  context.setLineDash([...OPEN_DASH]);
  context.stroke();
  context.setLineDash([]);
}

function fillBand(
  context: Context,
  points: Float32Array,
  ends: Float32Array,
  opacity: number,
): void {
  context.globalAlpha = opacity;
  context.beginPath();
  for (const [from, to] of stretches(points, ends)) {
    context.moveTo(points[2 * from], ends[2 * from + 1]);
    for (let i = from + 1; i <= to; i++) context.lineTo(points[2 * i], ends[2 * i + 1]);
    for (let i = to; i >= from; i--) context.lineTo(points[2 * i], ends[2 * i]);
    context.closePath();
  }
  context.fill();
  context.globalAlpha = 1;
}

function drawMarkers(
  context: Context,
  { line, points }: LineShape,
  which: 'each' | 'some',
  palette: Palette,
): void {
  const { colour, marker, hollow } = resolveStyle(line.style, palette);
  if (!marker) return;
  const radius = line.style.faint ? MARKER_RADIUS * 0.75 : MARKER_RADIUS;
  context.beginPath();
  for (const i of markedPoints(points, which, line.style.slot)) {
    traceMarker(context, marker, points[2 * i], points[2 * i + 1], radius);
  }
  context.lineWidth = 1.25;
  context.strokeStyle = colour;
  context.fillStyle = hollow ? palette.background : colour;
  context.fill();
  context.stroke();
}

/** Adds the outline of a marker to a canvas's path. */
function traceMarker(context: Context, marker: Marker, x: number, y: number, radius: number): void {
  if (marker === 'circle') {
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  CORNERS[marker].forEach(([cx, cy], i) => {
    if (i === 0) context.moveTo(x + radius * cx, y + radius * cy);
    else context.lineTo(x + radius * cx, y + radius * cy);
  });
  context.closePath();
}
