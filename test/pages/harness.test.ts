import assert from 'node:assert/strict';
import path from 'node:path';
import { themeNames, themes } from './harness/themes';
import { usePages } from './harness/usePages';
import type { WebviewPage } from './harness/webviewPage';

interface SamplePage {
  double(values: Float64Array): Float64Array;
  misbehave(how: undefined): void;
  style(how: undefined): void;
}

interface SampleHost {
  ready(values: Float32Array): void;
}

const sample = path.join(__dirname, 'harness/sample');
const files = { script: path.join(sample, 'page.js'), style: path.join(sample, 'page.css') };

describe('the harness of page tests', () => {
  const pages = usePages();
  let heard: Float32Array[] = [];

  function open(): Promise<WebviewPage<SamplePage, SampleHost>> {
    heard = [];
    const handlers = { ready: (values: Float32Array) => void heard.push(values) };
    return pages.open<SamplePage, SampleHost>('sample', { files, handlers });
  }

  it('carries typed arrays both ways', async () => {
    const { connection } = await open();
    assert.deepEqual(
      await connection.call('double', Float64Array.of(1, -0.25)),
      Float64Array.of(2, -0.5),
    );
    assert.deepEqual(heard, [Float32Array.of(1, 0.5)]);
  });

  it('keeps the state of a page that is reloaded', async () => {
    const opened = await open();
    await opened.reload();
    await opened.page.getByText('Visit 2').waitFor();
    assert.equal(await opened.state(), 2);
  });

  it('applies every theme to the page, below the style of the page', async () => {
    const opened = await open();
    for (const name of themeNames) {
      await opened.setTheme(name);
      const seen = await opened.page.evaluate(() => ({
        background: getComputedStyle(document.body).getPropertyValue('--vscode-editor-background'),
        padding: getComputedStyle(document.body).paddingLeft,
        kind: document.body.dataset.vscodeThemeKind,
      }));
      assert.deepEqual(seen, {
        background: themes[name].variables['--vscode-editor-background'],
        padding: '4px',
        kind: themes[name].kind,
      });
      await opened.checkAccessibility();
    }
  });

  it('reports elements that are not accessible', async () => {
    const opened = await open();
    await opened.page.evaluate(() => {
      document.body.append(document.createElement('button'));
    });
    await assert.rejects(opened.checkAccessibility(), /button-name/);
  });

  it('reports violations of the content security policy', async () => {
    for (const method of ['misbehave', 'style'] as const) {
      const opened = await open();
      opened.connection.tell(method, undefined);
      // A busy machine reports the violation late.
      const violation = /content security policy/;
      for (let waited = 0; waited < 10_000; waited += 100) {
        await opened.page.waitForTimeout(100);
        if (violation.test(opened.problems.join('\n'))) break;
      }
      assert.match(opened.problems.join('\n'), violation);
      opened.problems.length = 0;
    }
  });

  it('reports uncaught errors', async () => {
    const opened = await open();
    await opened.page.evaluate(() => {
      setTimeout(() => {
        throw new Error('forgotten');
      });
    });
    await opened.page.waitForTimeout(100);
    assert.match(opened.problems.join('\n'), /forgotten/);
    opened.problems.length = 0;
  });
});
