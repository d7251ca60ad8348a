import dark from '../themes/dark.json';
import highContrast from '../themes/highContrast.json';
import highContrastLight from '../themes/highContrastLight.json';
import light from '../themes/light.json';
import type { PageTheme } from './webview';

/** One theme of each kind that VS Code has, as it tells a webview of them. */
export const themes = { dark, light, highContrast, highContrastLight } satisfies Record<
  string,
  PageTheme
>;

export type ThemeName = keyof typeof themes;

/** All of them, for tests that go through every theme. */
export const themeNames = Object.keys(themes) as ThemeName[];
