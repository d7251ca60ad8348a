/** VS Code's four kinds of theme. */
export type Theme = 'dark' | 'light' | 'highContrast' | 'highContrastLight';

/** A built-in theme of each kind. */
export const THEMES: Readonly<Record<Theme, { name: string; workbenchClass: string }>> = {
  dark: { name: 'Default Dark Modern', workbenchClass: 'vs-dark' },
  light: { name: 'Default Light Modern', workbenchClass: 'vs' },
  highContrast: { name: 'Default High Contrast', workbenchClass: 'hc-black' },
  highContrastLight: { name: 'Default High Contrast Light', workbenchClass: 'hc-light' },
};
