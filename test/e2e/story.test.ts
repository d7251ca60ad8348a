import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { csvParse } from 'd3-dsv';
import type { Frame, Locator } from 'playwright-core';
import { shortNumber } from '../../src/figures/text/numbers';
import { root } from '../../scripts/editor/paths';
import { eventually } from './harness/eventually';
import { inOrder } from './harness/inOrder';
import {
  acceptSaveDialog,
  clickInline,
  experimentRow,
  heatMap,
  latestRun,
  matrixPage,
  momentOf,
  tableRows,
  trajectoriesPage,
} from './harness/lab';
import { useEditor } from './harness/useEditor';

/** The session of one user in one window. Each test continues where the previous one ended. */
describe('the session of a researcher', function () {
  inOrder();
  this.timeout(120_000);
  const editor = useEditor({
    workspace: path.join(root, 'test/e2e/workspace'),
    size: { width: 1800, height: 1000 },
  });

  it('shows the experiments of the folder in the sidebar', async () => {
    await editor().openView('Polysemanticity');
    await experimentRow(editor(), 'Watched', 'not run yet, 4-32-16-2 ReLU').waitFor();
    await experimentRow(editor(), 'Long', 'not run yet').waitFor();
    assert.equal(await editor().treeItem(/./).count(), 2);
  });

  it('runs an experiment, and shows its trajectories during the run', async () => {
    await experimentRow(editor(), 'Watched').click();
    await editor().tab('experiment.json').waitFor();
    await editor().runCommand('Polysemanticity: Open Trajectories');
    const page = await trajectoriesPage(editor());
    await page.getByRole('button', { name: 'Table' }).click();
    await clickInline(experimentRow(editor(), 'Watched'), 'Run');
    const first = await eventually(async () => {
      const count = await tableRows(page);
      assert.ok(count > 1, 'no row yet');
      return count;
    }, 60);
    await experimentRow(editor(), 'Watched', 'running').waitFor();
    await eventually(async () => assert.ok((await tableRows(page)) > first));
    await experimentRow(editor(), 'Watched', 'running').waitFor();
    await experimentRow(editor(), 'Watched', 'finished').waitFor({ timeout: 90_000 });
    const run = await latestRun(editor(), 'watched');
    assert.equal(run.state, 'finished');
    // 2 seeds, 2 arms, the initial weights and 100 epochs; for each of 2 ratios, the pruned network and 50 epochs.
    assert.equal((await run.rows()).length, 2 * 2 * (101 + 2 * 51));
    await page.getByRole('button', { name: 'Charts' }).click();
  });

  it('opens exactly the matrix of the clicked point', async () => {
    const page = await trajectoriesPage(editor());
    for (const others of ['dropout', 'null']) {
      await page.getByRole('button', { name: others, exact: true }).click();
    }
    const chart = page.getByRole('application', {
      name: /^Relative polysemanticity R against Epoch/,
    });
    const tooltip = await eventually(async () => {
      await chart.hover({ position: await middleOf(chart) });
      return page.locator('.tooltip').innerText({ timeout: 1000 });
    });
    const [, epoch] = /Watched, dense\nepoch (\d+)\n/.exec(tooltip) ?? assert.fail(tooltip);
    await chart.click({ position: await middleOf(chart) });
    // The point is the mean of two networks, so the user has to choose one.
    await editor().pick(/^Seed 0/);
    const matrix = await matrixPage(editor());
    assert.equal(await momentOf(matrix).textContent(), `epoch ${epoch}`);
    await showsMean(matrix, null, Number(epoch));
    // The code is still visible beside the matrix.
    await editor().page.locator('.monaco-editor').getByText('"Watched"').waitFor();
  });

  it('moves through time by keyboard and mouse', async () => {
    const page = await matrixPage(editor());
    const slider = page.getByRole('slider');
    await slider.focus();
    await editor().press('Home');
    await momentOf(page).filter({ hasText: 'initial weights' }).waitFor();
    await showsMean(page, null, 0);
    await editor().press('End');
    await momentOf(page).filter({ hasText: 'pruned 50%, retrained 50 epochs' }).waitFor();
    await showsMean(page, 0.5, 50);
    await slider.click({ position: await middleOf(slider) });
    await momentOf(page)
      .filter({ hasText: /^epoch \d+$/ })
      .waitFor();
    const epoch = Number(/\d+/.exec((await momentOf(page).textContent()) ?? ''));
    assert.ok(epoch > 30 && epoch < 100, `epoch ${epoch}`);
    await showsMean(page, null, epoch);
  });

  it('moves over the matrix and opens a neuron by keyboard alone', async () => {
    const page = await matrixPage(editor());
    await page.getByRole('slider').focus();
    await editor().press('End');
    await momentOf(page).filter({ hasText: 'pruned 50%, retrained 50 epochs' }).waitFor();
    await eventually(async () => {
      await editor().press('Tab');
      assert.ok(await heatMap(page).evaluate((chart) => chart === document.activeElement));
    });
    await editor().press('Control+Home');
    const spoken = page.locator('[aria-live]');
    await spoken.filter({ hasText: 'Layer 0, neuron 0, f0: ' }).waitFor({ state: 'attached' });
    await editor().press('ArrowDown', 'ArrowRight', 'ArrowRight');
    await spoken.filter({ hasText: 'Layer 0, neuron 1, f2: ' }).waitFor({ state: 'attached' });
    await editor().press('PageDown', 'Enter');
    const profile = page.getByRole('heading', { name: 'Layer 1, neuron 0' });
    await profile.waitFor();
    await page.getByText(/Incoming weights/).waitFor();
    await editor().press('Escape');
    await profile.waitFor({ state: 'hidden' });
  });

  it('selects the same layer in the code and in the matrix', async () => {
    const page = await matrixPage(editor());
    await heatMap(page).focus();
    await editor().press('Control+Home');
    for (let i = 0; i < 4; i++) await editor().press('+');
    const bands = () => heatMap(page).locator('svg text').allTextContents();
    await eventually(async () => assert.ok(!(await bands()).includes('layer 1')));
    const code = editor().page.locator('.view-line');
    await code.getByText('32', { exact: true }).first().click();
    await code.getByText('16', { exact: true }).click();
    await eventually(async () => assert.ok((await bands()).includes('layer 1')));
    await heatMap(page).focus();
    await editor().press('0');
    await eventually(async () => assert.ok((await bands()).includes('layer 0')));
    await heatMap(page).getByText('layer 0', { exact: true }).click({ force: true });
    // The status bar shows the cursor of the focused editor. Focusing it does not move the cursor.
    await editor().runCommand('View: Focus First Editor Group');
    const status = editor()
      .page.locator('.statusbar')
      .getByText(/Ln 8, .*\(2 selected\)/);
    await status.waitFor();
  });

  it('redraws the matrix in high contrast', async () => {
    const page = await matrixPage(editor());
    const before = await picture(page);
    await editor().setTheme('highContrast');
    await eventually(async () => assert.notEqual(await picture(page), before));
    await page.locator('body.vscode-high-contrast').waitFor();
    await editor().setTheme('dark');
    await eventually(async () => assert.equal(await picture(page), before));
  });

  it('exports the matrix as CSV and SVG', async () => {
    const page = await matrixPage(editor());
    await page.getByRole('slider').focus();
    await editor().press('End');
    await momentOf(page).filter({ hasText: 'pruned 50%, retrained 50 epochs' }).waitFor();
    const run = await latestRun(editor(), 'watched');
    const stored = await run.attribution(`${await seedOf(page)}-dense-0.5/retraining/50`);
    const csv = await save(page, 'CSV');
    assert.ok(csv.startsWith(editor().workspace), csv);
    const rows = csvParse(readFileSync(csv, 'utf8')).filter(({ f0 }) => f0 !== '');
    assert.deepEqual(
      rows.map((row) => stored.featureNames.map((name) => Number(row[name]))),
      rows.map((_, k) => [...stored.values.subarray(k * 8, (k + 1) * 8)]),
    );
    assert.equal(rows.length, 24);
    const svg = readFileSync(await save(page, 'SVG'), 'utf8');
    assert.match(svg, /^<\?xml[^]*<svg[^]*Watched/);
  });

  it('restores the views after a reload', async () => {
    await editor().reload();
    await editor().tab('Watched: trajectories').waitFor();
    const page = await matrixPage(editor());
    await momentOf(page).filter({ hasText: 'pruned 50%, retrained 50 epochs' }).waitFor();
    await showsMean(page, 0.5, 50);
  });

  it('stops a long run and resumes it', async () => {
    const long = (state: string): Locator => experimentRow(editor(), 'Long', state);
    await editor().openView('Polysemanticity');
    await clickInline(long('not run yet'), 'Run');
    await long('running').waitFor();
    await editor()
      .page.locator('.statusbar')
      .getByText(/Long \d+%/)
      .waitFor();
    await clickInline(long('running'), 'Stop');
    await long('unfinished').waitFor();
    const { folder, state } = await latestRun(editor(), 'long');
    assert.equal(state, 'unfinished');
    await long('unfinished').click();
    await editor().press('ArrowRight');
    await clickInline(editor().treeItem(/^Run of .*unfinished/), 'Resume Run');
    await long('running').waitFor();
    assert.equal((await latestRun(editor(), 'long')).folder, folder);
    await clickInline(long('running'), 'Stop');
    await long('unfinished').waitFor();
  });

  /** The picture on the heat map's canvas. */
  function picture(page: Frame): Promise<string> {
    return heatMap(page)
      .locator('canvas')
      .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
  }

  /** Exports the matrix of the page. @returns the path of the file */
  async function save(page: Frame, format: string): Promise<string> {
    const controls = page.getByRole('button', { name: 'Options' });
    // In a narrow column, the controls are folded.
    if ((await controls.isVisible()) && (await controls.getAttribute('aria-expanded')) !== 'true') {
      await controls.click();
    }
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('button', { name: format, exact: true }).click();
    const place = await acceptSaveDialog(editor(), `.${format.toLowerCase()}`);
    await page.getByText(`Saved ${place}.`).first().waitFor();
    return place;
  }

  /** The mean over all neurons that the page shows. */
  async function meanShown(page: Frame): Promise<string> {
    const facts = (await page.locator('.facts').textContent()) ?? '';
    return /polysemanticity ([\d.]+)/.exec(facts)?.[1] ?? assert.fail(facts);
  }

  /** The seed of the dense network on the page. */
  async function seedOf(page: Frame): Promise<number> {
    const heading = (await page.getByRole('heading').first().textContent()) ?? '';
    return Number((/^Watched, dense, seed (\d)$/.exec(heading) ?? assert.fail(heading))[1]);
  }

  /** Checks that the mean on the page is the one in the files of the run. */
  async function showsMean(page: Frame, requested: number | null, epoch: number): Promise<void> {
    const rows = await (await latestRun(editor(), 'watched')).rows();
    const seed = await seedOf(page);
    const row = rows.find(
      (some) =>
        some.seed === seed &&
        some.arm === 'dense' &&
        some.requested === requested &&
        some.epoch === epoch,
    );
    const mean = shortNumber(row?.measures.relative.mean);
    await eventually(async () => assert.equal(await meanShown(page), mean));
  }
});

/** The centre of an element, relative to it. */
async function middleOf(part: Locator): Promise<{ x: number; y: number }> {
  const { width, height } = (await part.boundingBox()) ?? assert.fail('it is not on screen');
  return { x: width / 2, y: height / 2 };
}
