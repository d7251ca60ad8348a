import type { Palette } from '../../figures/colour/palette';

/**
 * The colours of the editor's theme, from the variables that VS Code gives every page; without them, those
 * of a plain light or dark page.
 */
export function readTheme(): Palette {
  const style = getComputedStyle(document.documentElement);
  const { classList, dataset } = document.body;
  const vscodeKind =
    dataset.vscodeThemeKind ?? [...classList].find((name) => /^vscode-/.test(name));
  const contrast =
    /high-contrast/.test(vscodeKind ?? '') || matchMedia('(forced-colors: active)').matches;
  const dark = vscodeKind
    ? !/light/.test(vscodeKind)
    : matchMedia('(prefers-color-scheme: dark)').matches;
  const colour = (fallback: string, ...names: string[]): string =>
    names.map((name) => style.getPropertyValue(`--vscode-${name}`).trim()).find(Boolean) ??
    fallback;
  const text = colour(dark ? '#cccccc' : '#3b3b3b', 'editor-foreground', 'foreground');
  return {
    kind: dark ? 'dark' : 'light',
    contrast,
    background: colour(dark ? '#1f1f1f' : '#ffffff', 'editor-background'),
    text,
    muted: contrast ? text : colour(dark ? '#9d9d9d' : '#5f5f5f', 'descriptionForeground'),
    grid: contrast
      ? colour(text, 'contrastBorder')
      : colour(dark ? '#404040' : '#d4d4d4', 'editorWidget-border', 'panel-border'),
    bar: contrast ? text : dark ? '#8b909a' : '#8a8f98',
    accent: colour(text, 'list-highlightForeground', 'textLink-foreground', 'focusBorder'),
    focus: colour(text, 'focusBorder'),
    font: colour('system-ui, sans-serif', 'font-family'),
  };
}

/** Calls back whenever the theme changes. @returns stops it */
export function observeTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  const attributeFilter = ['class', 'style', 'data-vscode-theme-kind', 'data-vscode-theme-id'];
  observer.observe(document.body, { attributes: true, attributeFilter });
  observer.observe(document.documentElement, { attributes: true, attributeFilter });
  const queries = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map((query) =>
    matchMedia(query),
  );
  for (const query of queries) query.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    for (const query of queries) query.removeEventListener('change', changed);
  };
}
