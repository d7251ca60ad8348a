import { counted } from '../../core/counted';
import type { Palette } from '../colour/palette';
import { fitted, type Mark } from '../marks/marks';
import { isInside, type LinesLayout } from './layout';
import { toPixel } from './scale';
import { resolveStyle, markerPath } from './style';

/** Sizes of texts in pixels. */
const TITLE_SIZE = 12;
export const TICK_SIZE = 10.5;

/** Grid lines, below the data. */
export function gridMarks({ plot, y, yTicks }: LinesLayout, palette: Palette): Mark[] {
  return yTicks.map(({ value }): Mark => {
    const at = toPixel(y, value);
    return {
      kind: 'line',
      x1: plot.x,
      x2: plot.x + plot.width,
      y1: at,
      y2: at,
      stroke: palette.grid,
      opacity: palette.contrast ? 0.4 : 0.6,
    };
  });
}

/** Title, axes and their texts. */
export function axisMarks(layout: LinesLayout, palette: Palette): Mark[] {
  const { chart, plot, x, y, xTicks, yTicks, width } = layout;
  const bottom = plot.y + plot.height;
  const yLabels = yTicks.map(({ value, label }): Mark => ({
    kind: 'text',
    x: plot.x - 7,
    y: toPixel(y, value),
    text: label,
    size: TICK_SIZE,
    anchor: 'end',
    baseline: 'middle',
    fill: palette.muted,
  }));
  const xMarks = xTicks.flatMap(({ value, label }): Mark[] => {
    const at = toPixel(x, value);
    return [
      { kind: 'line', x1: at, x2: at, y1: bottom, y2: bottom + 4, stroke: palette.muted },
      {
        kind: 'text',
        x: at,
        y: bottom + 15,
        text: label,
        size: TICK_SIZE,
        anchor: 'middle',
        fill: palette.muted,
      },
    ];
  });
  return [
    {
      kind: 'text',
      x: 6,
      y: 15,
      text: fitted(chart.title, width - 12, TITLE_SIZE),
      size: TITLE_SIZE,
      weight: 'bold',
      fill: palette.text,
    },
    {
      kind: 'line',
      x1: plot.x,
      x2: plot.x + plot.width,
      y1: bottom,
      y2: bottom,
      stroke: palette.muted,
    },
    ...yLabels,
    ...xMarks,
    {
      kind: 'text',
      x: plot.x + plot.width,
      y: bottom + 30,
      text: chart.x.label,
      size: TICK_SIZE,
      anchor: 'end',
      fill: palette.muted,
    },
    ...noteMarks(layout, palette),
  ];
}

/** What the chart does not show, and why. */
export function notesOf({ chart, off, cut }: LinesLayout): string[] {
  const points = counted(off, 'point');
  const reach = `${cut.count} of ${cut.of} intervals reach 0, paler and cut at the edge`;
  return [
    ...(chart.note ? [chart.note] : []),
    ...(off > 0 ? [`${points} off the axis`] : []),
    ...(cut.count > 0 ? [reach] : []),
  ];
}

function noteMarks(layout: LinesLayout, palette: Palette): Mark[] {
  const { plot, chart } = layout;
  const text = notesOf(layout).join('; ');
  if (!text) return [];
  const widthLeft = plot.x + plot.width - 0.6 * TICK_SIZE * chart.x.label.length - 18;
  return [
    {
      kind: 'text',
      x: 6,
      y: plot.y + plot.height + 30,
      text: fitted(text, widthLeft, TICK_SIZE),
      size: TICK_SIZE,
      fill: palette.muted,
    },
  ];
}

/** References, drawn above the lines: a faint rule, and a ring at the point itself. */
export function referenceMarks({ references, plot }: LinesLayout, palette: Palette): Mark[] {
  const marks = references.flatMap(({ reference, x, y }): Mark[] => {
    if (!isInside(plot, x, y)) return [];
    const { colour, marker } = resolveStyle(reference.style, palette);
    const rule: Mark = {
      kind: 'line',
      x1: plot.x,
      x2: plot.x + plot.width,
      y1: y,
      y2: y,
      stroke: colour,
      opacity: 0.45,
    };
    const ring: Mark = {
      kind: 'path',
      d: markerPath(marker ?? 'circle', x, y, 5.5),
      stroke: colour,
      strokeWidth: 1.5,
    };
    return reference.rule ? [rule, ring] : [ring];
  });
  const { x, y, width, height } = plot;
  const clip = { x: x - 8, y: y - 8, width: width + 16, height: height + 16 };
  return marks.length > 0 ? [{ kind: 'group', marks, clip }] : [];
}
