/** Colours of everything in a figure but its data, as CSS colours. */
export interface Palette {
  readonly kind: 'light' | 'dark';
  /** High contrast: outlines instead of shades. */
  readonly contrast: boolean;
  /** `none` is transparent. */
  readonly background: string;
  readonly text: string;
  /** Of secondary text. */
  readonly muted: string;
  /** Of rules and grid lines. */
  readonly grid: string;
  /** Of bars that carry no colour scale. */
  readonly bar: string;
  /** Of the selection. */
  readonly accent: string;
  /** Of the element with the keyboard focus. */
  readonly focus: string;
  readonly font: string;
}

/** Colour theme of an exported figure, independent of the theme on screen. */
export type FigureTheme = 'light' | 'dark' | 'transparent';

const LIGHT: Palette = {
  kind: 'light',
  contrast: false,
  background: '#ffffff',
  text: '#1a1a1a',
  muted: '#5c5c5c',
  grid: '#d4d4d4',
  bar: '#8a8f98',
  accent: '#111111',
  focus: '#111111',
  font: 'Helvetica, Arial, sans-serif',
};

const DARK: Palette = {
  ...LIGHT,
  kind: 'dark',
  background: '#1b1b1d',
  text: '#ececec',
  muted: '#a6a6a6',
  grid: '#404044',
  bar: '#8b909a',
  accent: '#ffffff',
  focus: '#ffffff',
};

/** Palettes of exported figures. */
export const FIGURE_PALETTES: Readonly<Record<FigureTheme, Palette>> = {
  light: LIGHT,
  dark: DARK,
  transparent: { ...LIGHT, background: 'none' },
};

/** What to draw below something so that it stands out: white where the background is transparent. */
export function opaqueBackground({ background }: Pick<Palette, 'background'>): string {
  return background === 'none' ? '#ffffff' : background;
}
