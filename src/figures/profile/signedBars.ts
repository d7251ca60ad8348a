import { scaleLinear } from 'd3';
import type { Palette } from '../colour/palette';
import { type Mark, shortened } from '../marks/marks';
import { signedNumber } from '../text/numbers';

/** Signed numbers with names. */
export interface SignedBarsData {
  readonly labels: readonly string[];
  readonly values: readonly number[];
  /** What stands in place of a number that is missing for a reason. */
  readonly texts?: readonly (string | undefined)[];
  /** Colour of a value. */
  readonly colour: (value: number) => string;
}

const ROW = 16;
const LABEL = 62;
const NUMBER = 46;

/** Height that these bars need, in pixels. */
export function signedBarsHeight(count: number): number {
  return Math.max(1, count) * ROW + 4;
}

/** Bars to both sides of zero, each with its name and number; the current one is outlined. */
export function signedBarMarks(
  { labels, values, texts, colour }: SignedBarsData,
  width: number,
  palette: Palette,
  current?: number,
): Mark[] {
  const reach = values.reduce((most, value) => Math.max(most, Math.abs(value) || 0), 0) || 1;
  const anyNegative = values.some((value) => value < 0);
  const anyPositive = values.some((value) => value > 0) || !anyNegative;
  const domain = [anyNegative ? -reach : 0, anyPositive ? reach : 0];
  const x = scaleLinear(domain, [LABEL, width - NUMBER]);
  const zero = x(0);
  const bars = values.flatMap((value, i): Mark[] => {
    const number = texts?.[i] ?? signedNumber(value);
    const middle = i * ROW + ROW / 2 + 2;
    const text = { kind: 'text', y: middle, size: 11, baseline: 'middle' } as const;
    // A missing value has no extent.
    const end = Number.isNaN(value) ? zero : x(value);
    const [left, right] = [Math.min(zero, end), Math.max(zero, end)];
    const bar = { x: left, y: middle - 6, width: Math.max(0.5, right - left), height: 12 };
    return [
      { ...text, x: LABEL - 6, text: shortened(labels[i], 9), anchor: 'end', fill: palette.text },
      { kind: 'rect', ...bar, fill: Number.isNaN(value) ? 'none' : colour(value) },
      {
        kind: 'rect',
        ...bar,
        fill: 'none',
        stroke: i === current ? palette.focus : palette.muted,
        strokeWidth: i === current ? 2 : 0.5,
      },
      { ...text, x: width - 2, text: number, anchor: 'end', fill: palette.muted },
    ];
  });
  const axis: Mark = {
    kind: 'line',
    x1: zero,
    x2: zero,
    y1: 0,
    y2: signedBarsHeight(values.length),
    stroke: palette.muted,
    strokeWidth: 1,
  };
  return [...bars, axis];
}
