import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { root } from '../../scripts/editor/paths';
import { Editor } from './harness/editor';
import { eventually } from './harness/eventually';
import { inOrder } from './harness/inOrder';
import { clickInline, experimentRow, matrixPage, trajectoriesPage } from './harness/lab';

const NAMES = ['NonLinear0', 'By magnitude', 'At random'] as const;

/** The screenshots of docs/images/, which `npm run pictures` takes while it runs an example. */
describe('pictures of the lab', function () {
  this.timeout(300_000);
  inOrder();
  let folder = '';
  let editor: Editor;

  before(async function () {
    if (process.env.POLYSEMANTICITY_PICTURES !== '1') this.skip();
    folder = mkdtempSync(path.join(os.tmpdir(), 'polysemanticity-pictures-'));
    for (const name of NAMES) mkdirSync(path.join(folder, 'lab', name), { recursive: true });
    const example = path.join(root, 'examples/NonLinear0/experiment.json');
    copyFileSync(example, path.join(folder, 'lab/NonLinear0/experiment.json'));
    copyFileSync(
      path.join(root, 'examples/NonLinear0/NonLinear0.ipynb'),
      path.join(folder, 'lab/NonLinear0/NonLinear0.ipynb'),
    );
    const { pruning, ...rest } = JSON.parse(readFileSync(example, 'utf8')) as { pruning: object };
    for (const [name, method] of [
      ['By magnitude', 'global-structured'],
      ['At random', 'random-structured'],
    ] as const) {
      const experiment = { ...rest, name, seeds: [0, 1, 2], pruning: { ...pruning, method } };
      const file = path.join(folder, 'lab', name, 'experiment.json');
      writeFileSync(file, JSON.stringify(experiment, null, 2));
    }
    editor = await Editor.open({
      workspace: path.join(folder, 'lab'),
      size: { width: 1600, height: 1000 },
      settings: {
        'editor.minimap.enabled': false,
        'window.commandCenter': false,
        'notifications.showInEditor': false,
      },
    });
  });
  after(async () => {
    await editor?.close();
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  /** Removes notifications and hovers from the window. */
  async function tidy(): Promise<void> {
    await editor.runCommand('Notifications: Clear All Notifications');
    await editor.page.mouse.move(800, 8);
    // Wait for transitions to end and prefetched matrices to arrive.
    await editor.page.waitForTimeout(2500);
  }

  /** Scrolls to the charts of pruning. */
  async function showPruning(page: Frame): Promise<void> {
    await page.locator('.group.pruning').evaluate((group) => group.scrollIntoView());
  }

  it('matrix.png', async () => {
    await editor.openView('Polysemanticity');
    for (const name of NAMES) {
      await clickInline(experimentRow(editor, name, 'not run yet'), 'Run');
      await experimentRow(editor, name, 'finished').waitFor({ timeout: 240_000 });
    }
    await experimentRow(editor, 'NonLinear0').click();
    await matrixPage(editor);
    await tidy();
    await editor.screenshot('matrix');
  });

  it('highContrast.png', async () => {
    await editor.setTheme('highContrast');
    await tidy();
    await editor.screenshot('highContrast');
  });

  it('trajectories.png', async () => {
    await editor.setTheme('light');
    await clickInline(experimentRow(editor, 'NonLinear0'), 'Open Trajectories');
    const page = await trajectoriesPage(editor);
    await page.locator('.chart.lines').nth(8).waitFor();
    await showPruning(page);
    await tidy();
    await editor.screenshot('trajectories');
  });

  it('compare.png', async () => {
    await editor.setTheme('dark');
    await experimentRow(editor, 'By magnitude').click();
    await experimentRow(editor, 'At random').click({ modifiers: ['ControlOrMeta'] });
    await experimentRow(editor, 'At random').click({ button: 'right' });
    await editor.page.getByRole('menuitem', { name: 'Compare Runs…' }).click();
    await editor.tab('By magnitude and 1 more: trajectories').waitFor();
    // VS Code unloads the previous page when another tab covers it.
    const page = await eventually(async () => {
      const shown = await trajectoriesPage(editor);
      await shown.getByText('At random').first().waitFor({ timeout: 5000 });
      return shown;
    }, 60);
    await showPruning(page);
    await tidy();
    await editor.screenshot('compare');
  });

  it('notebook.png', async () => {
    await editor.setTheme('light');
    await editor.runCommand('View: Close All Editors');
    await editor.openFile('NonLinear0/NonLinear0.ipynb');
    await editor.page.mouse.move(900, 600);
    await eventually(async () => {
      // Scroll down to the matrix of the trained network.
      await editor.page.mouse.wheel(0, 500);
      await editor.page.waitForTimeout(250);
      const maps = await Promise.all(
        editor.page.frames().map(async (frame) => {
          const canvas = frame.locator('.lab-output .matrix canvas').first();
          return (await canvas.count()) > 0 ? canvas.boundingBox() : null;
        }),
      );
      const box = maps.find((one) => one !== null);
      if (!box || box.y > 450) throw new Error('no matrix is visible');
    }, 90);
    await tidy();
    await editor.screenshot('notebook');
  });
});
