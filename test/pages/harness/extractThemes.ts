import { format } from 'prettier';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureEditor } from '../../../scripts/editor/install';
import { root } from '../../../scripts/editor/paths';
import { Editor } from '../../e2e/harness/editor';
import { type Theme, THEMES } from '../../e2e/harness/themes';

/*
 * Writes test/pages/themes/*.json: the variables and attributes of each theme that VS Code passes to webviews. Any
 * webview has them; the Markdown preview is always available: tsx test/pages/harness/extractThemes.ts
 */

async function main(): Promise<void> {
  ensureEditor();
  const workspace = mkdtempSync(path.join(os.tmpdir(), 'polysemanticity-themes-'));
  writeFileSync(path.join(workspace, 'text.md'), '# Text\n');
  const editor = await Editor.open({ workspace });
  try {
    await editor.openFile('text.md');
    await editor.runCommand('Markdown: Open Preview to the Side');
    for (const theme of Object.keys(THEMES) as Theme[]) {
      await editor.setTheme(theme);
      await editor.page.waitForTimeout(1000);
      await write(theme, await read(editor));
    }
  } finally {
    await editor.close();
    rmSync(workspace, { recursive: true, force: true });
  }
}

/** The body's attributes and the variables of the document, as a webview receives them. */
async function read(editor: Editor): Promise<{ bodyClass: string; variables: object }> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    for (const frame of editor.page.frames()) {
      const found = await frame
        .evaluate(() => {
          if (!document.body.classList.contains('vscode-body')) return undefined;
          const { style } = document.documentElement;
          const names = [...style].filter((name) => name.startsWith('--vscode-')).sort();
          return {
            bodyClass: [...document.body.classList]
              .filter((name) => /^vscode-(?!body)/.test(name))
              .join(' '),
            kind: document.body.dataset.vscodeThemeKind,
            id: document.body.dataset.vscodeThemeId,
            variables: Object.fromEntries(
              names.map((name) => [name, style.getPropertyValue(name)]),
            ),
          };
        })
        .catch(() => undefined);
      if (found !== undefined && Object.keys(found.variables).length > 0) return found;
    }
    await editor.page.waitForTimeout(200);
  }
  throw new Error('no webview was opened');
}

async function write(theme: Theme, found: object): Promise<void> {
  const folder = path.join(root, 'test/pages/themes');
  mkdirSync(folder, { recursive: true });
  const text = await format(JSON.stringify(found), { parser: 'json', printWidth: 100 });
  writeFileSync(path.join(folder, `${theme}.json`), text);
}

void main();
