import type { Mark } from '../marks/marks';
import type { Palette } from '../colour/palette';
import type { LineStyle } from '../lines/data';
import { lookOf, markerPath, MARKER_RADIUS } from '../lines/look';

/** Size of a swatch in pixels. */
export const SWATCH = { width: 30, height: 12 } as const;

/** A piece of a line as the charts draw it. */
export function swatchMarks(style: LineStyle, palette: Palette): Mark[] {
  const { colour, width, dash, marker, hollow } = lookOf(style, palette);
  const middle = SWATCH.height / 2;
  const line: Mark = {
    kind: 'line',
    x1: 1,
    x2: SWATCH.width - 1,
    y1: middle,
    y2: middle,
    stroke: colour,
    strokeWidth: width,
    ...(dash.length > 0 && { dash }),
  };
  if (!marker) return [line];
  const ground = palette.background === 'none' ? '#ffffff' : palette.background;
  return [
    line,
    {
      kind: 'path',
      d: markerPath(marker, SWATCH.width / 2, middle, MARKER_RADIUS + 0.5),
      fill: hollow ? ground : colour,
      stroke: colour,
      strokeWidth: 1.25,
    },
  ];
}

/** A ring, as the charts mark what is not pruned. */
export function ringMarks(palette: Palette): Mark[] {
  const middle = SWATCH.height / 2;
  return [
    {
      kind: 'path',
      d: markerPath('circle', SWATCH.width / 2, middle, 5),
      stroke: palette.text,
      strokeWidth: 1.5,
    },
  ];
}
