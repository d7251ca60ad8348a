import dark from '../themes/dark.json';
import highContrast from '../themes/highContrast.json';
import highContrastLight from '../themes/highContrastLight.json';
import light from '../themes/light.json';
import type { PageTheme } from './webview';

/** One theme of each kind of VS Code, in the form that webviews receive. */
export const themes = { dark, light, highContrast, highContrastLight } satisfies Record<
  string,
  PageTheme
>;

export type ThemeName = keyof typeof themes;

/** All of them, for tests that repeat for every theme. */
export const themeNames = Object.keys(themes) as ThemeName[];
