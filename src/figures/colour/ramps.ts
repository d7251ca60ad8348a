import { hcl } from 'd3';

/*
 * Ramps are built in CIELCH. Lightness changes linearly from the middle, which lies near the
 * background of the page, to the ends: equal steps of the value are equal perceived steps, with any
 * colour vision and in print. Hue encodes only the sign; the hues of a pair differ for all common kinds of
 * colour blindness.
 */

/** A pair of hues in degrees of CIELCH(ab), and their largest chroma. */
interface Ramp {
  readonly name: string;
  readonly negative: number;
  readonly positive: number;
  readonly chroma: number;
}

/** The diverging ramps to choose from. */
export const RAMPS = {
  'blue-orange': { name: 'Blue – orange', negative: 262, positive: 60, chroma: 70 },
  'purple-green': { name: 'Purple – green', negative: 316, positive: 140, chroma: 54 },
  'blue-red': { name: 'Blue – red', negative: 258, positive: 34, chroma: 66 },
} as const satisfies Record<string, Ramp>;

export type RampId = keyof typeof RAMPS;

/** Whether a value is the id of a ramp. */
export function isRampId(text: unknown): text is RampId {
  return typeof text === 'string' && Object.hasOwn(RAMPS, text);
}

/** Background on which colours are seen. */
export interface Background {
  readonly kind: 'light' | 'dark';
  readonly contrast: boolean;
}

/** Lightness in the middle and at the ends, CIELAB L*. */
function lightness({ kind, contrast }: Background): readonly [middle: number, end: number] {
  if (kind === 'light') return contrast ? [100, 18] : [96, 30];
  return contrast ? [0, 92] : [17, 84];
}

/** Rises fast near 0, so that small values already differ in chroma. */
const easeOut = (t: number): number => 1 - (1 - t) ** 2;

/** A signed value's colour, as `rgb(r, g, b)`. @param t in [−1, 1] */
export function divergingColour(ramp: RampId, background: Background, t: number): string {
  const { negative, positive, chroma } = RAMPS[ramp];
  const [middle, end] = lightness(background);
  const share = Math.abs(t);
  const hue = t < 0 ? negative : positive;
  return displayable(hue, chroma * easeOut(share), middle + (end - middle) * share);
}

/** A magnitude's colour, as `rgb(r, g, b)`: from yellow over green to violet. @param t in [0, 1] */
export function sequentialColour(background: Background, t: number): string {
  const [middle, end] = lightness(background);
  const hue = background.kind === 'light' ? 95 + 205 * t : 300 - 205 * t;
  return displayable(hue, 48 * easeOut(Math.min(1, 1.4 * t)), middle + (end - middle) * t);
}

/** The colour with the largest displayable chroma, since clipping the channels would change the hue. */
function displayable(hue: number, chroma: number, light: number): string {
  let [least, most] = [0, chroma];
  if (!hcl(hue, most, light).displayable()) {
    for (let i = 0; i < 8; i++) {
      const middle = (least + most) / 2;
      if (hcl(hue, middle, light).displayable()) least = middle;
      else most = middle;
    }
    most = least;
  }
  return hcl(hue, most, light).formatRgb();
}
