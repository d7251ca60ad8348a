import type { Browser } from 'playwright-core';
import assert from 'node:assert/strict';
import { launchChromium } from '../../scripts/editor/browser';
import { ATTRIBUTION_MIME, type AttributionOutput } from '../../src/protocol/outputs/attribution';
import { RUN_MIME, type RunOutput } from '../../src/protocol/outputs/run';
import { encodeTensor } from '../../src/protocol/outputs/tensor';
import { TRAJECTORY_MIME, type TrajectoryOutput } from '../../src/protocol/outputs/trajectory';
import { type NotebookPage, openNotebookPage } from './harness/notebookPage';
import { type ThemeName, themeNames, themes } from './harness/themes';

/** Pseudo-random numbers, the same every time. */
function wave(count: number, phase = 0): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(1 + i * (i + phase) * 0.37));
}

const MATRIX: AttributionOutput = {
  version: 1,
  title: 'Mine',
  values: encodeTensor(wave(24 * 8), [24, 8]),
  layers: [
    { start: 0, end: 16 },
    { start: 16, end: 24 },
  ],
};

const SERIES: AttributionOutput = {
  version: 1,
  title: 'NonLinear0',
  run: 'runs/20261124-120000',
  checkpoints: [0, 1, 2].map((epoch) => ({
    seed: 42,
    arm: 'dense' as const,
    phase: epoch === 0 ? ('initial' as const) : ('training' as const),
    epoch,
    values: encodeTensor(wave(12 * 6, epoch), [12, 6]),
  })),
};

const EPOCHS = [0, 1, 2, 3, 4];
const TRAJECTORY: TrajectoryOutput = {
  version: 1,
  runs: [
    {
      name: 'From pandas',
      columns: {
        epoch: EPOCHS,
        testLoss: [0.5, 0.3, 0.2, null, 0.1],
        measures: { relative: { mean: [4, 3.8, 3.7, 3.5, 3.4], null: [3.8, 3.8, 3.8, 3.8, 3.8] } },
      },
    },
  ],
};

const CARD: RunOutput = {
  version: 1,
  title: 'NonLinear0, seed 42',
  facts: [['R', '3.36 (null 3.79)']],
  attribution: SERIES,
  trajectory: TRAJECTORY,
};

describe('the renderer of notebook outputs', () => {
  let browser: Browser;
  let notebook: NotebookPage | undefined;
  before(async () => (browser = await launchChromium()));
  after(() => browser.close());
  afterEach(async () => {
    const faults = notebook?.faults ?? [];
    await notebook?.close();
    notebook = undefined;
    assert.deepEqual(faults, []);
  });
  const open = async (theme: ThemeName = 'light'): Promise<NotebookPage> =>
    (notebook = await openNotebookPage(browser, themes[theme]));

  it('shows a matrix immediately, with its final height', async () => {
    const { page, show } = await open();
    const id = await show(ATTRIBUTION_MIME, MATRIX);
    const place = page.locator(`#${id}`);
    await place.getByText('Mine').first().waitFor();
    const box = await place.boundingBox();
    assert.ok(box && box.height > 300 && box.height < 900, `height ${box?.height}`);
    // Nothing is invented: no network, seed or moment.
    assert.equal(await place.locator('h1').textContent(), 'Mine');
    assert.equal(await place.getByRole('slider').isVisible(), false);
  });

  for (const theme of themeNames) {
    it(`draws a card with matrices and trajectories: ${theme}`, async () => {
      const { page, show } = await open(theme);
      const id = await show(RUN_MIME, CARD);
      const place = page.locator(`#${id}`);
      await place.getByText('R', { exact: true }).first().waitFor();
      await place.locator('.matrix canvas').first().waitFor();
      await place.locator('.trajectories canvas').first().waitFor();
      await page.waitForTimeout(300);
      if (process.env.POLYSEMANTICITY_LOOK) {
        await page.screenshot({ path: `/tmp/renderer-${theme}.png`, fullPage: true });
      }
    });
  }

  it('sends the selection to the extension if the output names its run', async () => {
    const { page, show, messages } = await open();
    const id = await show(ATTRIBUTION_MIME, SERIES);
    const charts = page.locator(`#${id} .matrix`).getByRole('application');
    await charts.first().waitFor();
    // The heat map is the chart that describes rows and columns.
    await page
      .locator(`#${id} .matrix [role="application"][aria-label*="ttribution"]`)
      .first()
      .focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await assertSoon(async () => {
      const [message] = (await messages()) as {
        type: string;
        part: Record<string, unknown>;
      }[];
      assert.equal(message?.type, 'open');
      assert.equal(message.part.run, 'runs/20261124-120000');
      assert.equal(typeof message.part.unit, 'number');
    });
  });

  it('cleans up when an output is removed, and can show another one in its element', async () => {
    const { page, show, dispose } = await open();
    const id = await show(ATTRIBUTION_MIME, MATRIX);
    await page.locator(`#${id} canvas`).first().waitFor();
    await dispose(id);
    assert.equal(await page.locator(`#${id} canvas`).count(), 0);
    assert.equal(await page.locator(`#${id}`).innerText(), '');
  });

  const wrong: readonly [string, string, string, RegExp][] = [
    ['no JSON', ATTRIBUTION_MIME, '{"version": 1,', /is not JSON/],
    ['a later version', ATTRIBUTION_MIME, '{"version": 9}', /version: 9 .*newer version/],
    ['a list', TRAJECTORY_MIME, '[1, 2]', /expected an object, not \[1,2\]/],
    ['nothing to show', ATTRIBUTION_MIME, '{"version": 1}', /values: expected either/],
    [
      'markup in a name',
      ATTRIBUTION_MIME,
      JSON.stringify({ ...MATRIX, features: ['<img src=x onerror="window.hacked = 1">'] }),
      /features: has 1 name for 8 columns/,
    ],
    [
      'a size that it does not have',
      ATTRIBUTION_MIME,
      JSON.stringify({
        version: 1,
        values: { dtype: 'float32', shape: [100_000, 100_000], base64: '' },
      }),
      /values: holds 10000000000 numbers/,
    ],
    [
      'columns of different lengths',
      TRAJECTORY_MIME,
      JSON.stringify({
        version: 1,
        runs: [{ name: 'x', columns: { epoch: [1, 2], measures: { relative: { mean: [1] } } } }],
      }),
      /runs\[0\]\.columns\.measures\.relative\.mean: has 1 value, epoch has 2/,
    ],
    [
      'a field that is not known',
      RUN_MIME,
      JSON.stringify({ ...CARD, script: 'alert(1)' }),
      /script/,
    ],
  ];
  for (const [what, mime, text, message] of wrong) {
    it(`says what is wrong in place of the output: ${what}`, async () => {
      const { page, showText } = await open();
      const id = await showText(mime, text);
      const alert = page.locator(`#${id}`).getByRole('alert');
      assert.match(await alert.innerText(), message);
    });
  }

  it('shows names as text', async () => {
    const { page, show } = await open();
    const hostile = '<img src=x onerror="window.hacked = 1">';
    const features = Array.from({ length: 8 }, () => hostile);
    await show(RUN_MIME, {
      ...CARD,
      title: hostile,
      facts: [[hostile, hostile]],
      attribution: { ...MATRIX, title: hostile, features },
    });
    await page.locator('canvas').first().waitFor();
    assert.equal(await page.locator('img').count(), 0);
    assert.equal(await page.evaluate(() => 'hacked' in window), false);
  });
});

async function assertSoon(check: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
