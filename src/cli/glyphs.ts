/** Characters other than letters and digits, for terminals with and without Unicode. */
export interface Glyphs {
  readonly missing: string;
  readonly squared: string;
  readonly plusMinus: string;
  readonly rule: string;
  readonly separator: string;
  readonly barDone: string;
  readonly barLeft: string;
}

const UNICODE: Glyphs = {
  missing: '–',
  squared: '²',
  plusMinus: '±',
  rule: '─',
  separator: ' · ',
  barDone: '█',
  barLeft: '░',
};

const ASCII: Glyphs = {
  missing: '-',
  squared: '2',
  plusMinus: '+-',
  rule: '-',
  separator: ', ',
  barDone: '#',
  barLeft: '.',
};

/** The characters that a terminal can show. */
export function glyphsFor({ unicode }: { readonly unicode: boolean }): Glyphs {
  return unicode ? UNICODE : ASCII;
}
