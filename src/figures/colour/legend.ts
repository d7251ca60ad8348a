import type { Box, Mark } from '../marks/marks';
import { shortNumber } from '../text/numbers';
import { type ColourScale, cssColour } from './colourTable';
import type { Palette } from './palette';

const STEPS = 48;

/** Content of a legend. */
export interface Legend {
  readonly scale: ColourScale;
  readonly title: string;
  /** Whether some values lie beyond the ends of the scale. */
  readonly clipped: boolean;
}

/** A colour bar with its title and numbers. @param box at least 100 × 44 */
export function legendMarks({ scale, title, clipped }: Legend, box: Box, palette: Palette): Mark[] {
  const { sign, domain } = scale;
  const { x, y, width } = box;
  const least = sign === 'signed' ? -domain : 0;
  const step = width / STEPS;
  const bar = Array.from({ length: STEPS }, (_, i): Mark => {
    const value = least + ((domain - least) * (i + 0.5)) / STEPS;
    return {
      kind: 'rect',
      x: x + i * step,
      y: y + 14,
      // Neighbours overlap so that no background shows between them.
      width: step + (i < STEPS - 1 ? 0.5 : 0),
      height: 10,
      fill: cssColour(scale, domain > 0 ? value : 0) ?? 'none',
    };
  });
  const number = (at: number, text: string, anchor: 'start' | 'middle' | 'end'): Mark => ({
    kind: 'text',
    x: at,
    y: y + 36,
    text,
    size: 10,
    anchor,
    fill: palette.muted,
  });
  const beyond = clipped ? '≥ ' : '';
  const below = clipped ? '≤ ' : '';
  return [
    { kind: 'text', x, y: y + 9, text: title, size: 10, fill: palette.text },
    ...bar,
    {
      kind: 'rect',
      x,
      y: y + 14,
      width,
      height: 10,
      fill: 'none',
      stroke: palette.grid,
      strokeWidth: 0.75,
    },
    number(x, sign === 'signed' ? `${below}${shortNumber(-domain)}` : '0', 'start'),
    ...(sign === 'signed' ? [number(x + width / 2, '0', 'middle')] : []),
    number(x + width, `${beyond}${shortNumber(domain)}`, 'end'),
  ];
}
