import assert from 'node:assert/strict';
import type {
  TrajectoriesHost,
  TrajectoriesPage,
  TrajectoryPoint,
} from '../../src/protocol/trajectories';
import { armsRun } from '../figures/trajectories/armsRun';
import { themeNames } from './harness/themes';
import { usePages } from './harness/usePages';
import type { PageOptions } from './harness/webviewPage';
import { FIRST, type SampleRun } from './samples/runs';

describe('the page of trajectories of named arms', function () {
  // Each check of accessibility looks at every text there is, which takes its time on a busy machine.
  this.timeout(300_000);
  const pages = usePages();
  let arms: SampleRun;
  before(async () => {
    const { table, slot, visible, ...description } = await armsRun({ name: 'Arms' });
    void slot;
    void visible;
    arms = { description, table };
  });

  async function open(
    runs: readonly SampleRun[],
    options: Partial<PageOptions<TrajectoriesHost>> = {},
  ) {
    const opened: TrajectoryPoint[] = [];
    const webview = await pages.open<TrajectoriesPage, TrajectoriesHost>('trajectories', {
      size: { width: 1180, height: 1000 },
      ...options,
      handlers: {
        ready: () => undefined,
        columns: ({ run, measures }) =>
          runs.find(({ description }) => description.run === run)!.table.columns(measures),
        open: (point) => {
          opened.push(point);
          return Promise.resolve('Opened it.');
        },
        addRuns: () => undefined,
        removeRun: () => undefined,
        save: () => undefined,
      },
    });
    const show = (some: readonly SampleRun[]): Promise<void> =>
      webview.connection.call('show', { runs: some.map(({ description }) => description) });
    await show(runs);
    await webview.page.locator('.chart.lines').first().waitFor();
    return { webview, page: webview.page, opened };
  }

  for (const theme of themeNames) {
    it(`has a switch for every arm, accessible, in ${theme}`, async () => {
      const { webview, page } = await open([arms], { theme });
      const names = (arms.description.specification.arms ?? []).map(({ name }) => name);
      const chips = page.locator('.legend .parts .chip[data-name^="arm "]');
      assert.deepEqual(await chips.allInnerTexts(), names);
      await webview.checkAccessibility();
      await webview.screenshot(`arms-${theme}`);
      await page.getByRole('button', { name: 'Differences' }).click();
      const rows = await page.locator('.differences .contrasts tbody tr').allInnerTexts();
      assert.equal(rows.length, 7);
      assert.match(rows[5], /^imp\tcontrol\t50%\t[+−]/);
      await page.getByText('All seeds share one data set').waitFor();
      await webview.checkAccessibility();
      await webview.screenshot(`arms-differences-${theme}`);
    });
  }

  it('hides the lines of an arm that is switched off, also over a reload', async () => {
    const { webview, page } = await open([arms]);
    await page.getByRole('button', { name: 'Table' }).click();
    const rows = async (): Promise<number> =>
      Number(await page.locator('[aria-rowcount]').getAttribute('aria-rowcount'));
    await page.locator('[aria-rowcount]').waitFor();
    const all = await rows();
    const chip = page.locator('.chip[data-name="arm imp"]');
    await chip.click();
    assert.equal(await chip.getAttribute('aria-pressed'), 'false');
    // Four points before and after retraining, in each of four charts.
    await page.locator(`[aria-rowcount="${all - 32}"]`).waitFor();
    const saved = await webview.state();
    assert.deepEqual((saved as { hiddenArms: string[] }).hiddenArms, ['imp']);
    await chip.click();
    assert.equal(await chip.getAttribute('aria-pressed'), 'true');
  });

  it('opens the step of a point on the line through an arm’s steps', async () => {
    const { page, opened } = await open([arms]);
    // What is left is one line: that of the steps after retraining.
    for (const { name } of arms.description.specification.arms ?? []) {
      if (name !== 'imp') await page.locator(`.chip[data-name="arm ${name}"]`).click();
    }
    for (const part of ['before', 'null', 'baseline']) {
      await page.locator(`.chip[data-name="part ${part}"]`).click();
    }
    const chart = page
      .getByRole('application', { name: /^Test loss.* against Pruning ratio/ })
      .first();
    await chart.scrollIntoViewIfNeeded();
    await chart.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await page
      .getByText(/step 2/)
      .first()
      .waitFor({ state: 'attached' });
    await page.keyboard.press('Enter');
    await page.getByText('Opened it.').first().waitFor();
    assert.deepEqual(
      opened[0].specimens.map(({ checkpoint }) => checkpoint),
      ['1-imp-0.5-step2/retraining/3', '2-imp-0.5-step2/retraining/3'],
    );
  });

  it('leaves colours to the runs where several are shown', async () => {
    const { webview, page } = await open([arms, FIRST]);
    await page.getByText('Colours and markers: runs; dashes: arms.').waitFor();
    await webview.screenshot('arms-two-runs');
    await page.locator('.chips.runs .chip').last().click();
    await page.getByText('Colours, markers and dashes: arms.').waitFor();
  });
});
