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

  it('survives a reload', async () => {
    await editor().reload();
    await editor().tab('experiment.json').first().waitFor();
  });
});
