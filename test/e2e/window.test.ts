import assert from 'node:assert/strict';
import { eventually } from './harness/eventually';
import { useEditor } from './harness/useEditor';

describe('a window with the extension', () => {
  const editor = useEditor();

  it('shows a file', async () => {
    await editor().openFile('quick/experiment.json');
    await editor().page.locator('.monaco-editor').getByText('"Quick"').waitFor();
    await editor().screenshot('window');
  });

  it('supports every kind of theme', async () => {
    for (const theme of ['light', 'highContrast', 'highContrastLight', 'dark'] as const) {
      await editor().setTheme(theme);
    }
  });

  it('shows the pictures of the README on the page of the extension', async () => {
    const { page } = editor();
    await editor().runCommand('Extensions: Show Installed Extensions');
    await page
      .locator('.extensions-viewlet .extension-list-item', { hasText: 'Polysemanticity Lab' })
      .click();
    const widths = await eventually(async () => {
      for (const frame of page.frames()) {
        const found = await frame
          .locator('img[src^="data:image/png"]')
          .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth));
        if (found.length > 0) return found;
      }
      throw new Error('no picture is shown');
    }, 60);
    assert.equal(widths.length, 2);
    for (const width of widths) assert.ok(width > 500, `${width} pixels wide`);
    await editor().screenshot('readme');
  });

  it('survives a reload', async () => {
    await editor().reload();
    await editor().tab('experiment.json').first().waitFor();
  });
});
