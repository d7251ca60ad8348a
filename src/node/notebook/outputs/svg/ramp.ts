/** Colours that stand for what is below zero, zero, and above it, on white: blue, white, orange. */
const STOPS: readonly (readonly [number, number, number])[] = [
  [33, 86, 155],
  [124, 169, 212],
  [247, 247, 247],
  [239, 163, 92],
  [166, 74, 5],
];
const MISSING: readonly [number, number, number] = [200, 200, 200];

/** Index of zero in the table; missing values have one of their own. */
export const ZERO_INDEX = 127;
const MISSING_INDEX = 255;

/** `[256, 3]`: from −1 over 0 (127) to 1 (254), then the colour of missing values. */
export function divergingTable(): Uint8Array {
  const table = new Uint8Array(256 * 3);
  for (let i = 0; i < MISSING_INDEX; i++) table.set(colourAt((i - ZERO_INDEX) / ZERO_INDEX), 3 * i);
  table.set(MISSING, 3 * MISSING_INDEX);
  return table;
}

/** Index of a value's colour. @param domain magnitude at the ends of the table */
export function divergingIndex(value: number, domain: number): number {
  if (Number.isNaN(value)) return MISSING_INDEX;
  const share = domain > 0 ? Math.max(-1, Math.min(1, value / domain)) : 0;
  return ZERO_INDEX + Math.round(share * ZERO_INDEX);
}

/** The colour of −1…1 for SVG. */
export function divergingCss(share: number): string {
  return `rgb(${colourAt(share).join(',')})`;
}

function colourAt(share: number): [number, number, number] {
  const place = ((share + 1) / 2) * (STOPS.length - 1);
  const i = Math.min(STOPS.length - 2, Math.floor(place));
  const mix = (c: 0 | 1 | 2): number =>
    Math.round(STOPS[i][c] + (place - i) * (STOPS[i + 1][c] - STOPS[i][c]));
  return [mix(0), mix(1), mix(2)];
}
