/** The four kinds of theme that VS Code has. */
export type Theme = 'dark' | 'light' | 'highContrast' | 'highContrastLight';

/** One theme of each kind, that every VS Code brings. */
export const THEMES: Readonly<Record<Theme, { name: string; workbenchClass: string }>> = {
  dark: { name: 'Default Dark Modern', workbenchClass: 'vs-dark' },
  light: { name: 'Default Light Modern', workbenchClass: 'vs' },
  highContrast: { name: 'Default High Contrast', workbenchClass: 'hc-black' },
  highContrastLight: { name: 'Default High Contrast Light', workbenchClass: 'hc-light' },
};
