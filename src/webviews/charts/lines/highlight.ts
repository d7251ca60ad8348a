import type { Palette } from '../../../figures/colour/palette';
import { isInside, type LinesLayout } from '../../../figures/lines/layout';
import { resolveStyle } from '../../../figures/lines/style';
import type { Mark } from '../../../figures/marks/marks';
import type { Picked } from './pick';

/** A highlighted point with its label. */
export interface Highlight extends Picked {
  readonly label?: string;
  /** Whether it is the inspected point itself, not its counterpart in another chart. */
  readonly own: boolean;
}

const SIZE = 11;

/** Rings about points, each with a vertical rule. */
export function highlightMarks(
  layout: LinesLayout,
  highlights: readonly Highlight[],
  palette: Palette,
): Mark[] {
  const { plot, shapes } = layout;
  return highlights.flatMap(({ line, point, label, own }): Mark[] => {
    const shape = shapes[line];
    if (!shape) return [];
    const x = shape.points[2 * point];
    const y = shape.points[2 * point + 1];
    if (!isInside(plot, x, y)) return [];
    const { colour } = resolveStyle(shape.line.style, palette);
    const rule: Mark = {
      kind: 'line',
      x1: x,
      x2: x,
      y1: plot.y,
      y2: plot.y + plot.height,
      stroke: palette.muted,
      dash: [2, 3],
    };
    const ring: Mark = {
      kind: 'path',
      d: `M${x - 6} ${y}a6 6 0 1 0 12 0a6 6 0 1 0 -12 0Z`,
      stroke: own ? palette.focus : colour,
      strokeWidth: 2,
    };
    return [rule, ring, ...(label ? labelMarks(layout, label, x, y, palette) : [])];
  });
}

function labelMarks(
  { plot }: LinesLayout,
  text: string,
  x: number,
  y: number,
  palette: Palette,
): Mark[] {
  const width = 0.58 * SIZE * text.length + 8;
  const right = x + 10 + width <= plot.x + plot.width;
  const left = right ? x + 10 : Math.max(plot.x, x - 10 - width);
  const top = Math.max(plot.y, y - 24);
  return [
    { kind: 'rect', x: left, y: top, width, height: 17, fill: palette.background, opacity: 0.85 },
    { kind: 'text', x: left + 4, y: top + 12.5, text, size: SIZE, fill: palette.text },
  ];
}
