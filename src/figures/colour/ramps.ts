import { hcl } from 'd3';

/*
 * Ramps are built in CIELAB's polar form. Lightness goes linearly from the middle, which lies near the
 * page's own background, to the ends: equal steps of the value are equal steps of what is seen, with any
 * colour vision and in print. Hue tells the sign only; the hues of a pair differ for all common kinds of
 * colour blindness.
 */

/** A pair of hues, in degrees of CIELCH(ab), and how colourful they get. */
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

/** Whether some text is the id of a ramp. */
export function isRampId(text: unknown): text is RampId {
  return typeof text === 'string' && Object.hasOwn(RAMPS, text);
}

/** What colours have to stand on. */
export interface Background {
  readonly kind: 'light' | 'dark';
  readonly contrast: boolean;
}

/** Lightness in the middle and at the ends, CIELAB L*. */
function lightness({ kind, contrast }: Background): readonly [middle: number, end: number] {
  if (kind === 'light') return contrast ? [100, 18] : [96, 30];
  return contrast ? [0, 92] : [17, 84];
}

/** Colours are told apart by their chroma soon after zero. */
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

/** The colour with the most of a chroma that a screen can show: clipped parts would change its hue. */
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
