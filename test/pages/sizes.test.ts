import type { Browser, Page } from 'playwright-core';
import assert from 'node:assert/strict';
import { launchChromium } from '../../scripts/editor/browser';
import { visibleHeight, misfits, resize } from './harness/fitting';
import { type NotebookPage, openNotebookPage } from './harness/notebookPage';
import { type ThemeName, themes } from './harness/themes';
import { usePages } from './harness/usePages';
import { SMALL } from './samples/matrices';
import {
  openSampleMatrix,
  openSampleTrajectories,
  type PanelSize,
  showSampleOutputs,
} from './samples/surfaces';

/** Widths of a panel: a third of a small screen, half of one, beside code, and a whole large screen. */
const WIDTHS = [270, 542, 842, 1600];
/** A panel beside code at 150 % zoom. */
const ZOOMED = { width: 331, height: 498 };
/** In both directions: what was widened must become narrow again. */
const WALK = [...WIDTHS, ...[...WIDTHS].reverse(), 1600, 270];

const MATRIX = '.matrix-below .chart';

describe('pages at any size', function () {
  // Each accessibility check visits every text, which is slow on a busy machine.
  this.timeout(300_000);
  const pages = usePages();

  const openTrajectories = (size?: PanelSize, theme?: ThemeName) =>
    openSampleTrajectories(pages, { size, theme });
  const openMatrix = (size?: PanelSize, theme?: ThemeName) =>
    openSampleMatrix(pages, SMALL, { size, theme });

  async function assertFits(page: Page, what: string): Promise<void> {
    assert.deepEqual(await misfits(page), { charts: [], beyond: [] }, what);
  }

  it('charts of trajectories adapt when their panel becomes narrower and wider', async () => {
    const { page } = await openTrajectories();
    for (const width of WALK) {
      await resize(page, width, 800);
      await assertFits(page, `${width} px`);
      const [first] = await page
        .locator('.chart.lines canvas')
        .evaluateAll((all) => all.map((canvas) => canvas.getBoundingClientRect().width));
      const columns = width < 592 ? 1 : width < 872 ? 2 : 3;
      assert.ok(
        first > (width / columns) * 0.8 && first <= width / columns,
        `${first} of ${width}`,
      );
    }
  });

  it('the matrix adapts when its panel becomes narrower and wider', async () => {
    const { page } = await openMatrix();
    for (const width of WALK) {
      await resize(page, width, 800);
      await assertFits(page, `${width} px`);
    }
    // The same for its height.
    for (const height of [800, 400, 1000, 600]) {
      await resize(page, 842, height);
      await assertFits(page, `842 × ${height} px`);
      const inSight = await visibleHeight(page, MATRIX);
      assert.ok(inSight > 150, `${inSight} px of the matrix at ${height} px`);
    }
  });

  for (const [what, size] of [
    ['at 150 % zoom', ZOOMED],
    ['in a narrow column', { width: 270, height: 600 }],
    ['in a low panel', { width: 1200, height: 300 }],
  ] as const) {
    it(`the picture comes first ${what}`, async () => {
      const trajectories = await openTrajectories(size);
      await resize(trajectories.page, size.width, size.height);
      await assertFits(trajectories.page, 'trajectories');
      const chart = await visibleHeight(trajectories.page, '.chart.lines');
      assert.ok(chart > 100, `${chart} px of the first chart`);
      await trajectories.checkAccessibility();
      const matrix = await openMatrix(size);
      await resize(matrix.page, size.width, size.height);
      await assertFits(matrix.page, 'matrix');
      const heat = await visibleHeight(matrix.page, MATRIX);
      assert.ok(heat > 60, `${heat} px of the matrix`);
      await matrix.checkAccessibility();
    });
  }

  it('collapsed controls can be reached by keyboard, and the whole page can be scrolled', async () => {
    for (const open of [openTrajectories, openMatrix]) {
      const opened = await open(ZOOMED);
      const { page } = opened;
      const options = page.getByRole('button', { name: 'Options' });
      assert.equal(await options.getAttribute('aria-expanded'), 'false');
      const measure = page.getByLabel('Measure', { exact: true });
      assert.equal(await measure.isVisible(), false);
      await options.focus();
      await page.keyboard.press('Enter');
      assert.equal(await options.getAttribute('aria-expanded'), 'true');
      assert.ok(await measure.isVisible());
      await assertFits(page, 'unfolded');
      await opened.checkAccessibility();
      const last = page.locator('.chart:visible').last();
      await last.scrollIntoViewIfNeeded();
      const box = (await last.boundingBox())!;
      assert.ok(box.y >= 0 && box.y < ZOOMED.height, `the last chart is at ${box.y}`);
      await options.focus();
      await page.keyboard.press('Enter');
      assert.equal(await measure.isVisible(), false);
      // On a wide page nothing is collapsed.
      await resize(page, 1000, 800);
      assert.equal(await options.isVisible(), false);
      assert.ok(await measure.isVisible());
    }
  });

  it('a control keeps the focus when its panel becomes small', async () => {
    const { page } = await openTrajectories();
    await page.getByLabel('Measure').focus();
    await resize(page, ZOOMED.width, ZOOMED.height);
    assert.ok(await page.getByLabel('Measure').evaluate((e) => e === document.activeElement));
  });

  it('tables show their numbers at every width', async () => {
    const { page } = await openTrajectories();
    await page.getByRole('button', { name: 'Table' }).click();
    for (const width of WIDTHS) {
      await resize(page, width, 700);
      await page.waitForTimeout(50);
      await assertFits(page, `${width} px`);
      const read = await page.locator('.table').evaluate((box) => {
        const heads = [...box.querySelectorAll('thead th')].map((head) => head.textContent);
        const y = heads.indexOf('y');
        const edge = box.getBoundingClientRect();
        return [...box.querySelectorAll('tbody tr')].slice(0, 8).map((row) => {
          const cell = row.children[y] as HTMLElement;
          const { left, right } = cell.getBoundingClientRect();
          const isWhole = cell.scrollWidth <= cell.clientWidth;
          return {
            text: cell.textContent,
            // The visible part of its text: numbers are right-aligned.
            isSeen: left >= edge.left && right <= edge.right + 1 && isWhole,
            align: getComputedStyle(cell).textAlign,
          };
        });
      });
      assert.equal(read.length, 8);
      for (const { text, isSeen, align } of read) {
        assert.match(text ?? '', /^−?\d/);
        assert.ok(isSeen, `${text} at ${width} px`);
        assert.equal(align, 'right');
      }
    }
  });

  it('a filter without matches says so, and can be cleared', async () => {
    const opened = await openMatrix(ZOOMED);
    const { page } = opened;
    const facts = page.locator('.facts');
    assert.match(
      (await facts.textContent())!,
      /^Relative polysemanticity \S+ \(null 4\.25 ± 0\.01\), mean of 96 neurons/,
    );
    await page.getByRole('button', { name: 'Options' }).click();
    const threshold = async (value: string): Promise<void> => {
      await page.getByRole('button', { name: /^Filter/ }).click();
      await page.getByLabel('Leave blank |a| below').fill(value);
      await page.keyboard.press('Enter');
      await page.keyboard.press('Escape');
    };
    await threshold('0.9999');
    await page.getByText(/^Filter: only \|a\| ≥ 0\.9999\. \d+ of 96 neurons shown\./).waitFor();
    assert.match(
      (await facts.textContent())!,
      /mean of all 96 neurons · (\d+) of 96 neurons shown, mean of these \d/,
    );
    await page.getByRole('button', { name: 'Filter (1)' }).waitFor();
    await threshold('5');
    const nothing = page.getByRole('status').filter({ hasText: 'leaves none of 96 neurons' });
    await nothing.waitFor();
    await nothing.getByText('only |a| ≥ 5.').waitFor();
    await opened.checkAccessibility();
    await nothing.getByRole('button', { name: 'Clear the filter' }).click();
    await nothing.waitFor({ state: 'hidden' });
    await page.getByText('mean of 96 neurons').waitFor();
  });

  it('hidden items are restored with one press', async () => {
    const { page } = await openTrajectories();
    for (const part of ['dense', 'dropout', 'null']) {
      await page.locator('.parts .chip', { hasText: part }).click();
    }
    await page.getByText('Not shown: dense, dropout, null.').waitFor();
    await page.getByRole('button', { name: 'Show everything' }).click();
    await page.locator('.chart.lines').first().waitFor();
    for (const chip of await page.locator('.runs .chip').all()) await chip.click();
    await page.getByRole('button', { name: 'Show all runs' }).click();
    await page.locator('.chart.lines').first().waitFor();
  });

  for (const theme of ['highContrast', 'highContrastLight'] as const) {
    it(`the selected option is visible: ${theme}`, async () => {
      const look = (page: Page, name: string): Promise<string[]> =>
        page.getByRole('button', { name, exact: true }).evaluate((button) => {
          const { color, backgroundColor, borderTopColor } = getComputedStyle(button);
          return [color, backgroundColor, borderTopColor];
        });
      const { page } = await openTrajectories(undefined, theme);
      for (const chosen of ['Table', 'Differences', 'Charts']) {
        await page.getByRole('button', { name: chosen, exact: true }).click();
        await page.waitForTimeout(50);
        const others = ['Charts', 'Table', 'Differences'].filter((name) => name !== chosen);
        const own = await look(page, chosen);
        for (const other of others) {
          const pressed = await page
            .getByRole('button', { name: other, exact: true })
            .getAttribute('aria-pressed');
          assert.equal(pressed, 'false');
          const [colour, background] = await look(page, other);
          assert.notEqual(own[0], colour, `${chosen} and ${other}`);
          assert.notEqual(own[1], background, `${chosen} and ${other}`);
        }
      }
      const matrix = await openMatrix(undefined, theme);
      const before = await look(matrix.page, 'Table');
      await matrix.page.getByRole('button', { name: 'Table', exact: true }).click();
      await matrix.page.locator('.table table').waitFor();
      const after = await look(matrix.page, 'Table');
      assert.notEqual(after[0], before[0]);
      assert.notEqual(after[1], before[1]);
      await matrix.checkAccessibility();
    });
  }

  it('draws 100,000 cells in the time of a frame', async () => {
    const large = { hidden: [400, 400, 200], features: 100 };
    const { page } = await openSampleMatrix(pages, large, { size: { width: 1200, height: 800 } });
    await page.locator('.facts').filter({ hasText: '1000 neurons' }).waitFor();
    await page.waitForTimeout(500);
    const box = (await page.locator(MATRIX).first().boundingBox())!;
    await page.mouse.move(box.x + 300, box.y + 200);
    // Work within frames, not the time between them, which is longer on a busy machine.
    await page.evaluate(() => {
      const work: number[] = [];
      const ask = window.requestAnimationFrame.bind(window);
      window.requestAnimationFrame = (callback) =>
        ask((time) => {
          const from = performance.now();
          callback(time);
          work.push(performance.now() - from);
        });
      Object.assign(window, { work });
    });
    for (let i = 0; i < 20; i++) {
      await page.mouse.wheel(0, i < 10 ? -60 : 60);
      await page.waitForTimeout(30);
    }
    const work = await page.evaluate(() => (window as unknown as { work: number[] }).work);
    const median = [...work].sort((a, b) => a - b)[Math.floor(work.length / 2)];
    assert.ok(work.length > 5 && median < 16, `${work.map((ms) => ms.toFixed(1)).join(' ')} ms`);
  });
});

describe('outputs of notebooks at any size', function () {
  this.timeout(120_000);
  let browser: Browser;
  let notebook: NotebookPage | undefined;
  before(async () => (browser = await launchChromium()));
  after(() => browser.close());
  afterEach(async () => {
    await notebook?.close();
    notebook = undefined;
  });

  it('fit into their column when it becomes narrower and wider', async () => {
    notebook = await openNotebookPage(browser, themes.light, { width: 842, height: 900 });
    const { page, show } = notebook;
    await showSampleOutputs(show);
    await page.locator('.chart.lines').first().waitFor();
    await page.locator(MATRIX).first().waitFor();
    for (const width of WALK) {
      await resize(page, width, 900);
      assert.deepEqual(await misfits(page), { charts: [], beyond: [] }, `${width} px`);
      const scrolled = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.ok(scrolled <= 0, `${scrolled} px are cut at ${width} px`);
    }
  });
});
