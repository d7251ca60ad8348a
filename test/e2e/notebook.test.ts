import assert from 'node:assert/strict';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { writeFileAtomic } from '../../src/node/files/files';
import { writeNotebook } from '../../src/node/notebook/nbformat/notebookFile';
import { runNotebook } from '../../src/node/notebook/runNotebook';
import { newNotebook } from '../../src/node/notebook/template/newNotebook';
import { root } from '../../scripts/editor/paths';
import { eventually } from './harness/eventually';
import { inOrder } from './harness/inOrder';
import { heatMap, latestRun, matrixPage, momentOf } from './harness/lab';
import { useEditor } from './harness/useEditor';

const CELL = `import { runExperiment } from 'polysemanticity';

await runExperiment('.').finish()`;
const PROFILE = /^Layer \d+, neuron \d+$/;

describe('a notebook in a window', function () {
  inOrder();
  this.timeout(120_000);
  // Prepared before the window opens, because the window opens a copy.
  const workspace = path.join(os.tmpdir(), `polysemanticity-notebook-${process.pid}`, 'lab');

  before(async () => {
    const folder = path.join(workspace, 'quick');
    mkdirSync(workspace, { recursive: true });
    cpSync(path.join(root, 'test/vscode/workspace/quick'), folder, { recursive: true });
    const [executed, fresh] = ['executed', 'fresh'].map((name) => {
      return path.join(folder, `${name}.ipynb`);
    });
    await writeFileAtomic(executed, writeNotebook(newNotebook([{ code: CELL }])));
    await runNotebook(executed, { bundle: path.join(root, 'dist/kernel.js') });
    await writeFileAtomic(fresh, writeNotebook(newNotebook([{ code: '`6 * 7 is ${6 * 7}`' }])));
  });
  const editor = useEditor({ workspace, size: { width: 1800, height: 1000 } });
  after(() => rmSync(path.dirname(workspace), { recursive: true, force: true }));

  /** Waits for the frame with the outputs of the open notebook. @param selector an element that it contains */
  function outputs(selector: string): Promise<Frame> {
    return eventually(async () => {
      for (const frame of editor().page.frames()) {
        if ((await frame.locator(selector).count()) > 0) return frame;
      }
      throw new Error(`no frame contains ${selector}`);
    }, 60);
  }

  it('runs all cells with the kernel that it names', async () => {
    await editor().openFile('quick/fresh.ipynb');
    const toolbar = editor().page.locator('.notebook-toolbar-container');
    await toolbar.getByText('Polysemanticity (TypeScript)').first().waitFor();
    await toolbar.getByText('Run All', { exact: true }).first().click();
    const page = await outputs('text=6 * 7 is 42');
    await page.getByText('6 * 7 is 42').first().waitFor();
  });

  it('shows a stored matrix without executing its cell', async () => {
    await editor().openFile('quick/executed.ipynb');
    const page = await outputs('.lab-output .matrix');
    await momentOf(page).filter({ hasText: 'epoch 40' }).waitFor();
  });

  it('opens the clicked neuron in the panel', async () => {
    const page = await outputs('.lab-output .matrix');
    // A different moment than the panel shows by default.
    await page.getByRole('slider').first().focus();
    await editor().press('Home');
    await momentOf(page).filter({ hasText: 'initial weights' }).waitFor();
    const map = heatMap(page);
    const { width, height } = (await map.boundingBox()) ?? assert.fail('it is not on screen');
    await map.click({ position: { x: width / 2, y: height / 2 } });
    const clicked = page.getByRole('heading', { name: PROFILE });
    const neuron = await clicked.textContent();
    const { header, folder } = await latestRun(editor(), 'quick');
    assert.equal(header.specification.name, 'Quick');
    await editor()
      .tab(`Quick: matrices of ${path.basename(folder)}`)
      .waitFor();
    const view = await matrixPage(editor());
    assert.notEqual(view, page);
    await momentOf(view).filter({ hasText: 'initial weights' }).waitFor();
    const opened = view.getByRole('heading', { name: PROFILE });
    assert.equal(await opened.textContent(), neuron);
  });
});
