import { MISSING } from '../figures/text/numbers';

/** Characters other than letters and digits, for terminals with and without Unicode. */
export interface Glyphs {
  readonly missing: string;
  /** Numbers as this terminal can show them: with hyphens where it has no other dashes. */
  readonly numbers: (text: string) => string;
  readonly squared: string;
  readonly plusMinus: string;
  readonly rule: string;
  readonly separator: string;
  readonly barDone: string;
  readonly barLeft: string;
}

const UNICODE: Glyphs = {
  missing: MISSING,
  numbers: (text) => text,
  squared: '²',
  plusMinus: '±',
  rule: '─',
  separator: ' · ',
  barDone: '█',
  barLeft: '░',
};

const ASCII: Glyphs = {
  missing: '-',
  numbers: (text) => text.replace(/[−—]/g, '-'),
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
