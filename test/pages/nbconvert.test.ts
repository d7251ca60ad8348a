import type { Browser, Page } from 'playwright-core';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { launchChromium } from '../../scripts/editor/browser';
import { root } from '../../scripts/editor/paths';
import { readNotebook } from '../../src/node/notebook/nbformat/notebookFile';
import { type Python, pythonOrSkip } from './harness/python';

const EXAMPLES = path.join(root, 'examples');
const TOUR = path.join(EXAMPLES, 'tour/tour.ipynb');

/** Size of a picture as drawn by the browser. */
interface Picture {
  readonly width: number;
  readonly height: number;
}

describe('the notebooks of the examples in Jupyter’s tools', function () {
  this.timeout(180_000);
  let python: Python;
  let browser: Browser | undefined;
  before(async function () {
    python = pythonOrSkip(this);
    browser = await launchChromium();
  });
  after(() => browser?.close());

  it('are valid by nbformat', () => {
    const files = readdirSync(EXAMPLES)
      .flatMap((name) => readdirSync(path.join(EXAMPLES, name)).map((file) => [name, file]))
      .filter(([, file]) => file.endsWith('.ipynb'))
      .map((names) => path.join(EXAMPLES, ...names));
    assert.ok(files.length >= 7, files.join(' '));
    python.validate(files);
  });

  it('become web pages whose pictures are complete and which contain no raw data', async () => {
    const page = await browser!.newPage({ viewport: { width: 1100, height: 900 } });
    // Files from the web that the page requests, such as MathJax, are not available.
    await page.route(/^https?:/, (route) => route.abort());
    await page.setContent(python.html(TOUR), { waitUntil: 'load' });
    const pictures = await picturesOf(page);
    assert.equal(pictures.length, picturesIn(TOUR));
    for (const { width, height } of pictures) {
      assert.ok(width > 200 && width <= 1100 && height > 200, `${width} × ${height}`);
    }
    assert.equal(await page.locator('[data-mime-type$="stderr"]').count(), 0);
    const text = await page.locator('body').innerText();
    assert.doesNotMatch(text, /vnd\.polysemanticity|base64|"version"|Traceback|Error:/);
    assert.match(text, /A tour of polysemanticity/);
    await page.close();
  });
});

/** Pictures of outputs as drawn by the browser; a broken one has no size. */
function picturesOf(page: Page): Promise<Picture[]> {
  return page.locator('.jp-OutputArea-output').evaluateAll((outputs) =>
    outputs.flatMap((output) =>
      [...output.querySelectorAll('img, svg')].map((picture) => {
        const { width, height } = picture.getBoundingClientRect();
        const whole = !(picture instanceof HTMLImageElement) || picture.naturalWidth > 0;
        return whole ? { width, height } : { width: 0, height: 0 };
      }),
    ),
  );
}

/** Outputs of a notebook that have a picture. */
function picturesIn(file: string): number {
  const { cells } = readNotebook(readFileSync(file, 'utf8'), file);
  const outputs = cells.flatMap((cell) => (cell.cell_type === 'code' ? cell.outputs : []));
  const count = outputs.filter(
    ({ data }) => typeof data === 'object' && data !== null && 'image/svg+xml' in data,
  ).length;
  assert.ok(count >= 3, `${count} pictures`);
  return count;
}
