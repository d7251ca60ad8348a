import { rgb } from 'd3';
import type { MatrixValues } from '../../core/attribution/matrix';
import { divergingColour, type Background, type RampId, sequentialColour } from './ramps';

/** Index of a missing value: transparent. */
export const MISSING = 255;
const LAST = 254;
/** Index of zero where values are signed. */
const ZERO = 127;

/** Whether colours show the sign, or only the magnitude. */
export type Sign = 'signed' | 'absolute';

/** Maps values to colours. */
export interface ColourScale {
  readonly sign: Sign;
  /** Magnitude at the end of the scale; beyond it colours do not change. */
  readonly domain: number;
  /** `[256]` pixels in the byte order of a canvas: red in the lowest byte. */
  readonly table: Uint32Array;
}

/** The colours of a scale. @param domain 0 or more */
export function colourScale(
  ramp: RampId,
  background: Background,
  sign: Sign,
  domain: number,
): ColourScale {
  const table = new Uint32Array(256);
  for (let i = 0; i <= LAST; i++) {
    const colour =
      sign === 'signed'
        ? divergingColour(ramp, background, (i - ZERO) / ZERO)
        : sequentialColour(background, i / LAST);
    const { r, g, b } = rgb(colour);
    table[i] = ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  }
  return { sign, domain, table };
}

/** Index of a value's colour in the table. */
export function colourIndex({ sign, domain }: ColourScale, value: number): number {
  if (Number.isNaN(value)) return MISSING;
  const share = domain > 0 ? Math.max(-1, Math.min(1, value / domain)) : 0;
  return sign === 'signed' ? Math.round(ZERO + share * ZERO) : Math.round(Math.abs(share) * LAST);
}

/** A value's colour for CSS and SVG; undefined where it is missing. */
export function cssColour(scale: ColourScale, value: number): string | undefined {
  const index = colourIndex(scale, value);
  return index === MISSING ? undefined : tableColour(scale, index);
}

/** A colour of the table as `#rrggbb`. */
export function tableColour({ table }: ColourScale, index: number): string {
  const hex = (shift: number): string =>
    ((table[index] >>> shift) & 255).toString(16).padStart(2, '0');
  return `#${hex(0)}${hex(8)}${hex(16)}`;
}

/** Pixels of values, in one pass. @param pixels of the same length; written to */
export function colourPixels(scale: ColourScale, values: MatrixValues, pixels: Uint32Array): void {
  const { sign, domain, table } = scale;
  const signed = sign === 'signed';
  const last = signed ? ZERO : LAST;
  // Adding one half makes truncation round.
  const middle = signed ? ZERO + 0.5 : 0.5;
  const missing = table[MISSING];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    // Divides first, since the reciprocal of a domain near 0 is not finite.
    let place = domain > 0 ? ((signed ? value : Math.abs(value)) / domain) * last : 0;
    if (place > last) place = last;
    else if (place < -last) place = -last;
    pixels[i] = value === value ? table[(middle + place) | 0] : missing;
  }
}
