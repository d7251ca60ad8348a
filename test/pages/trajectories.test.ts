import type { Page } from 'playwright-core';
import assert from 'node:assert/strict';
import { MetricsTable } from '../../src/core/experiment/metricsTable';
import type { ExportedFile } from '../../src/protocol/connection';
import type {
  TrajectoriesHost,
  TrajectoriesPage,
  TrajectoryPoint,
} from '../../src/protocol/trajectories';
import { metricsRow } from '../figures/trajectories/sampleRun';
import { themeNames } from './harness/themes';
import { usePages } from './harness/usePages';
import type { PageOptions } from './harness/webviewPage';
import { EPOCHS, FIRST, RATIOS, rowsOf, type SampleRun, sampleRun, SECOND } from './samples/runs';

/** Requests of the page to its host. */
interface Asked {
  readonly opened: TrajectoryPoint[];
  readonly saved: ExportedFile[];
  readonly removed: string[];
  added: number;
}

describe('the page of trajectories', function () {
  // Each accessibility check visits every text, which is slow on a busy machine.
  this.timeout(300_000);
  const pages = usePages();

  async function open(
    runs: readonly SampleRun[],
    options: Partial<PageOptions<TrajectoriesHost>> = {},
  ) {
    const asked: Asked = { opened: [], saved: [], removed: [], added: 0 };
    const webview = await pages.open<TrajectoriesPage, TrajectoriesHost>('trajectories', {
      size: { width: 1180, height: 1000 },
      ...options,
      handlers: {
        ready: () => undefined,
        columns: ({ run, measures }) => {
          const found = runs.find(({ description }) => description.run === run);
          if (!found) throw new Error(`there is no run ${run}`);
          return Promise.resolve(found.table.columns(measures));
        },
        open: (point) => {
          asked.opened.push(point);
          return Promise.resolve('Opened it.');
        },
        addRuns: () => void asked.added++,
        removeRun: ({ run }) => void asked.removed.push(run),
        save: (file) => {
          asked.saved.push(file);
          return Promise.resolve(`/papers/${file.name}`);
        },
        ...options.handlers,
      },
    });
    const show = (some: readonly SampleRun[]): Promise<void> =>
      webview.connection.call('show', { runs: some.map(({ description }) => description) });
    await show(runs);
    if (runs.some(({ table }) => table.count > 0)) await chart(webview.page, 0).waitFor();
    return { webview, page: webview.page, asked, show };
  }

  const chart = (page: Page, place: number) => page.locator('.chart.lines').nth(place);
  const chartNamed = (page: Page, name: string) =>
    page.getByRole('application', { name: new RegExp(`^${name}`) });
  const spoken = (page: Page) => page.locator('[role="status"]');
  const rings = (page: Page) => page.locator('.chart.lines svg:last-of-type path');

  async function pixels(page: Page, place: number): Promise<number> {
    return chart(page, place)
      .locator('canvas')
      .evaluate((canvas) => {
        const drawn = canvas as HTMLCanvasElement;
        const context = drawn.getContext('2d');
        const { data } = context!.getImageData(0, 0, drawn.width, drawn.height);
        let count = 0;
        for (let i = 3; i < data.length; i += 4) if (data[i] > 0) count++;
        return count;
      });
  }

  for (const theme of themeNames) {
    it(`draws every chart, accessible, in ${theme}`, async () => {
      const { webview, page } = await open([FIRST, SECOND], { theme });
      assert.equal(await page.locator('.chart.lines').count(), 9);
      for (let i = 0; i < 9; i++) assert.ok((await pixels(page, i)) > 300, `chart ${i} is empty`);
      await webview.checkAccessibility();
      await webview.screenshot(`trajectories-${theme}`);
    });
  }

  it('highlights in all charts the point under the cursor of one, and describes it', async () => {
    const { page } = await open([FIRST]);
    const box = await chart(page, 0).boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const tooltip = page.locator('.tooltip');
    await tooltip.waitFor();
    const text = await tooltip.innerText();
    assert.match(text, /NonLinear0, dense|NonLinear0, dropout/);
    assert.match(text, /epoch \d/);
    assert.match(text, /Relative polysemanticity R \d\.\d+ \[\d/);
    assert.match(text, /n = 3/);
    // One in each chart of training and of the layers.
    assert.equal(await rings(page).count(), 5);
    await page.mouse.move(5, 5);
    await tooltip.waitFor({ state: 'hidden' });
    assert.equal(await rings(page).count(), 0);
  });

  it('can be operated with the keyboard alone', async () => {
    const { page, asked } = await open([FIRST]);
    // The toolbar and the legend come first, then one tab stop per chart.
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Tab');
      if (
        await chartNamed(page, 'Relative polysemanticity R against Epoch').evaluate(
          (e) => e === document.activeElement,
        )
      )
        break;
    }
    const says = async (line: string): Promise<void> => {
      await spoken(page).getByText(line, { exact: true }).waitFor({ state: 'attached' });
    };
    await page.keyboard.press('End');
    await says('NonLinear0, dense, epoch 7, Relative polysemanticity R 3.45 [3.2, 3.7], n = 3');
    await page.keyboard.press('ArrowUp');
    await says(
      'NonLinear0, null, epoch 7, Relative polysemanticity R 3.50 ± 0.01, level ± its standard error, from 6400 random readouts; not a spread over seeds',
    );
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await says('NonLinear0, dropout, epoch 7, Relative polysemanticity R 2.45 [2.2, 2.7], n = 3');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.getByText('Opened it.').first().waitFor();
    // The mean is of three networks, so the page does not open one of them.
    const specimens = [0, 1, 2].map((seed) => ({
      seed,
      checkpoint: `${seed}-dense/training/7`,
      value: 3 + seed / 10 + 7 / 20,
    }));
    assert.deepEqual(asked.opened, [{ run: FIRST.description.run, specimens, measure: 'R' }]);
    await page.keyboard.press('Tab');
    assert.ok(
      await chartNamed(page, 'Test loss')
        .first()
        .evaluate((e) => e === document.activeElement),
    );
  });

  it('opens the clicked point', async () => {
    const { page, asked } = await open([FIRST]);
    const pruned = chartNamed(page, 'Relative polysemanticity R against Pruning ratio');
    await pruned.scrollIntoViewIfNeeded();
    // The keyboard reveals the position of a point.
    await page.keyboard.press('Tab');
    await pruned.focus();
    await page.keyboard.press('End');
    const ring = pruned.locator('svg').last().locator('path').first();
    const box = await ring.boundingBox();
    assert.ok(box);
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await page.getByText('Opened it.').first().waitFor();
    assert.equal(asked.opened.length, 1);
    const opened = asked.opened[0].specimens.map(({ checkpoint }) => checkpoint);
    assert.equal(opened.length, 3);
    for (const [seed, checkpoint] of opened.entries()) {
      assert.match(checkpoint, /^\d-(dense|dropout)-0\.5\/(pruned\/0|retraining\/2)$/);
      assert.ok(checkpoint.startsWith(`${seed}-`), checkpoint);
    }
  });

  it('zooms to the brushed range in all charts with the same axis, and back', async () => {
    const { webview, page } = await open([FIRST]);
    const ticks = (place: number) =>
      chart(page, place)
        .locator('svg')
        .first()
        .locator('text[text-anchor="middle"]')
        .allTextContents();
    const whole = await ticks(0);
    const box = await chart(page, 0).boundingBox();
    assert.ok(box);
    const drag = async (): Promise<void> => {
      await page.mouse.move(box.x + 100, box.y + 100);
      await page.mouse.down();
      await page.mouse.move(box.x + 150, box.y + 102, { steps: 3 });
      await page.mouse.move(box.x + 220, box.y + 102, { steps: 3 });
      await page.mouse.up();
    };
    await drag();
    await page.waitForTimeout(100);
    const zoomed = await ticks(0);
    assert.notDeepEqual(zoomed, whole);
    assert.deepEqual(await ticks(1), zoomed);
    assert.deepEqual(await ticks(4), zoomed);
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.waitForTimeout(100);
    assert.deepEqual(await ticks(0), whole);
    await drag();
    await chart(page, 0).focus();
    await page.keyboard.press('Escape');
    await page.waitForTimeout(100);
    assert.deepEqual(await ticks(0), whole);
    await drag();
    assert.ok(Object.keys(((await webview.state()) as { zoom: object }).zoom).length > 0);
    await page.mouse.dblclick(box.x + 12, box.y + 190);
    await page.waitForTimeout(100);
    assert.deepEqual(await ticks(0), whole);
  });

  it('grows while the run continues', async () => {
    const live = sampleRun('Live', [], { state: 'running' });
    const { webview, page } = await open([live]);
    await page.getByText('No epoch is measured yet').waitFor();
    const batch = new MetricsTable();
    const lengths: number[] = [];
    for (const [i, row] of rowsOf([0]).entries()) {
      const columns = new MetricsTable();
      columns.add(metricsRow(row));
      batch.add(metricsRow(row));
      await webview.connection.call('append', {
        run: live.description.run,
        columns: columns.columns(),
      });
      if (i % 4 === 3) {
        await page.waitForTimeout(60);
        lengths.push(await pixels(page, 0));
      }
    }
    await chart(page, 8).waitFor();
    assert.ok(lengths[1] > lengths[0], String(lengths));
    await page.getByText('1 seed, running').waitFor();
    assert.equal(await page.locator('.chart.lines').count(), 9);
  });

  it('keeps the selection and the colour of each run after a reload', async () => {
    const { webview, page, show } = await open([FIRST, SECOND]);
    const swatch = () => page.locator('.chip', { hasText: 'Random' }).locator('svg').innerHTML();
    const colour = await swatch();
    await page.getByLabel('Measure').selectOption('gini');
    await page.getByLabel('Seeds').selectOption('each');
    await page.locator('.chip', { hasText: 'NonLinear0' }).click();
    assert.equal(await swatch(), colour);
    await webview.reload();
    await show([FIRST, SECOND]);
    await chart(page, 0).waitFor();
    assert.equal(await page.getByLabel('Measure').inputValue(), 'gini');
    assert.equal(await page.getByLabel('Seeds').inputValue(), 'each');
    assert.equal(
      await page.locator('.chip', { hasText: 'NonLinear0' }).getAttribute('aria-pressed'),
      'false',
    );
    // The second run keeps its colour without the first.
    await show([SECOND]);
    await page.waitForTimeout(100);
    assert.equal(await swatch(), colour);
  });

  it('shows how runs differ', async () => {
    const { webview, page } = await open([FIRST, SECOND]);
    await page.getByRole('button', { name: 'Differences' }).click();
    const cells = await page.locator('.differences tbody tr').allInnerTexts();
    assert.deepEqual(
      cells.map((row) => row.split('\t')),
      [
        ['name', 'NonLinear0', 'Random'],
        ['training.epochs', '50', '7'],
        ['pruning.method', 'global-structured', 'random-structured'],
      ],
    );
    await webview.checkAccessibility();
  });

  it('exports exactly the shown numbers, and pictures that do not depend on a theme', async () => {
    const { page, asked } = await open([FIRST], { theme: 'highContrast' });
    const save = async (name: string): Promise<ExportedFile> => {
      await page.getByRole('button', { name: 'Export' }).click();
      await page.getByRole('button', { name, exact: true }).click();
      for (let i = 0; i < 100 && asked.saved.length === 0; i++) await page.waitForTimeout(50);
      const file = asked.saved.pop();
      assert.ok(file, `${name} was not saved`);
      return file;
    };
    const text = ({ bytes }: ExportedFile): string => new TextDecoder().decode(bytes);
    const csv = await save('CSV');
    assert.equal(csv.name, 'NonLinear0 trajectories.csv');
    const lines = text(csv).trim().split('\n');
    // 3 charts of 2 arms and 2 of layers, a null, R² whose first epoch is off the axis; 4 of pruning.
    const epochs = 5 * 2 * EPOCHS + EPOCHS - 2;
    const points = 4 * 2 * 2 * RATIOS.length + RATIOS.length + 4 * 2;
    assert.equal(lines.length, 1 + epochs + points);
    const json = JSON.parse(text(await save('JSON'))) as { columns: string[]; rows: unknown[][] };
    assert.equal(json.rows.length, lines.length - 1);
    const of = (name: string): number => json.columns.indexOf(name);
    const [row] = json.rows.filter(
      (some) => some[of('line')] === 'NonLinear0, dense' && some[of('epoch')] === 7,
    );
    assert.ok(Math.abs((row[of('y')] as number) - 3.45) < 1e-12);
    const svg = text(await save('SVG'));
    assert.match(svg, /^<\?xml/);
    assert.match(svg, /fill="#ffffff"/);
    assert.match(svg, /mean over seeds/);
    assert.doesNotMatch(svg, /NaN|undefined|var\(/);
    const png = await save('PNG');
    assert.deepEqual([...png.bytes.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
  });

  it('shows the same numbers as a table', async () => {
    // Only a few rows are visible, since each cell is checked.
    const { webview, page } = await open([FIRST], { size: { width: 900, height: 420 } });
    await page.getByRole('button', { name: 'Table' }).click();
    const table = page.locator('.table table');
    await table.waitFor();
    assert.equal(await table.getAttribute('aria-colcount'), '18');
    await webview.checkAccessibility();
  });

  it('shows texts as text, and unusual numbers unchanged', async () => {
    const name = '<img src=x onerror="document.title=1">';
    const rows = [
      { epoch: 0, mean: null, testLoss: 0, r2: null },
      { epoch: 1, mean: 1e308, testLoss: 1e-300, r2: -1e300 },
      { epoch: 3, mean: -1e308, testLoss: 1e300, r2: 1 },
      { epoch: 0, requested: 0.25, mean: null, testLoss: 1 },
    ];
    const hostile = sampleRun('a', rows, { name });
    const { webview, page } = await open([hostile]);
    assert.ok((await page.locator('.chip').first().innerText()).includes('<img'));
    assert.equal(await page.locator('img').count(), 0);
    await page.getByRole('button', { name: 'Table' }).click();
    await page.getByRole('button', { name: 'Charts' }).click();
    await webview.checkAccessibility();
  });

  it('says what to do if there is nothing to show', async () => {
    const { page, asked, show } = await open([]);
    await page.getByRole('heading', { name: 'No run is shown' }).waitFor();
    await page.locator('.empty').getByRole('button', { name: 'Add runs…' }).click();
    assert.equal(asked.added, 1);
    await show([FIRST]);
    await page.getByText('The rows could not be read').waitFor();
    await page.getByRole('button', { name: 'Remove NonLinear0' }).click();
    assert.deepEqual(asked.removed, [FIRST.description.run]);
  });

  it('says in the middle of the page that a run was deleted, and above the charts of the remaining runs', async () => {
    const { webview, page } = await open([FIRST, SECOND]);
    const lost = ({ description: { run, id, name } }: SampleRun) => ({
      run,
      id,
      name,
      deleted: true,
      message: 'It was deleted.',
    });
    await webview.connection.call('show', { runs: [FIRST.description], lost: [lost(SECOND)] });
    await page.locator('.gone').getByText('Random 20260101-000000: It was deleted.').waitFor();
    assert.ok(await chart(page, 0).isVisible());
    await webview.connection.call('show', { runs: [], lost: [lost(FIRST), lost(SECOND)] });
    await page.getByRole('heading', { name: 'These runs were deleted' }).waitFor();
    await page.getByText('NonLinear0 20260101-000000: It was deleted.').waitFor();
    assert.equal(await page.locator('.chart.lines').first().isVisible(), false);
    await webview.checkAccessibility();
    await webview.connection.call('show', { runs: [], lost: [{ ...lost(FIRST), deleted: false }] });
    await page.getByRole('heading', { name: 'This run cannot be shown' }).waitFor();
  });

  it('opens nothing for the null, and says why', async () => {
    const { page, asked } = await open([FIRST]);
    await page.locator('.chart.lines').first().focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.locator('.noted').getByText('The null belongs to no network').waitFor();
    assert.deepEqual(asked.opened, []);
  });
});
