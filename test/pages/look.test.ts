import type { Browser, Page } from 'playwright-core';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { launchChromium } from '../../scripts/editor/browser';
import { root } from '../../scripts/editor/paths';
import { resize } from './harness/fitting';
import { openNotebookPage } from './harness/notebookPage';
import { themeNames, themes } from './harness/themes';
import { usePages } from './harness/usePages';
import { DEEP, SMALL } from './samples/matrices';
import { openSampleMatrix, openSampleTrajectories, showSampleOutputs } from './samples/surfaces';

/*
 * Screenshots for people to look at: every surface in every theme at every width, one sheet per surface and theme:
 *
 *   POLYSEMANTICITY_LOOK=1 npm test -- test/pages/look.test.ts
 *
 * They are written to .vscode-test/pictures.
 */

const SIZES = [
  [270, 600],
  [331, 498],
  [542, 800],
  [842, 800],
  [1600, 900],
] as const;

/** A screenshot and its caption. */
interface Shot {
  readonly label: string;
  readonly png: Buffer;
}

const describeIfRequested = process.env.POLYSEMANTICITY_LOOK === '1' ? describe : describe.skip;

describeIfRequested('screenshots for people to look at', function () {
  this.timeout(600_000);
  const pages = usePages();
  let browser: Browser;
  before(async () => (browser = await launchChromium()));
  after(() => browser.close());

  /** Takes screenshots of a page at every size. */
  async function shots(page: Page, prepare?: () => Promise<void>): Promise<Shot[]> {
    const taken: Shot[] = [];
    for (const [width, height] of SIZES) {
      await resize(page, width, height);
      await prepare?.();
      await page.waitForTimeout(150);
      taken.push({ label: `${width} × ${height}`, png: await page.screenshot() });
    }
    return taken;
  }

  async function sheet(name: string, taken: readonly Shot[]): Promise<void> {
    const page = await browser.newPage({ viewport: { width: 2500, height: 1000 } });
    const figures = taken.map(({ label, png }) => {
      const source = `data:image/png;base64,${png.toString('base64')}`;
      return `<figure style="margin:4px"><figcaption>${label}</figcaption><img src="${source}"></figure>`;
    });
    await page.setContent(
      `<body style="margin:0;background:#777;display:flex;flex-wrap:wrap;align-items:start">${figures.join('')}`,
    );
    const folder = path.join(root, '.vscode-test/pictures');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, `${name}.png`), await page.screenshot({ fullPage: true }));
    await page.close();
  }

  for (const theme of themeNames) {
    it(`of trajectories, ${theme}`, async () => {
      const { page } = await openSampleTrajectories(pages, { theme });
      await sheet(`look-trajectories-${theme}`, await shots(page));
      await page.getByRole('button', { name: 'Table' }).click();
      await sheet(`look-trajectories-table-${theme}`, await shots(page));
    });

    it(`of matrices, ${theme}`, async () => {
      const { page } = await openSampleMatrix(pages, SMALL, { theme });
      await sheet(`look-matrix-${theme}`, await shots(page));
      await page.getByRole('button', { name: 'Table' }).click();
      await sheet(`look-matrix-table-${theme}`, await shots(page));
    });

    it(`of the matrix of many layers, ${theme}`, async () => {
      const { page } = await openSampleMatrix(pages, DEEP, { theme });
      await sheet(`look-deep-${theme}`, await shots(page));
    });

    it(`of outputs of notebooks, ${theme}`, async () => {
      const notebook = await openNotebookPage(browser, themes[theme]);
      const { page, show } = notebook;
      await showSampleOutputs(show);
      await page.locator('.chart.lines').first().waitFor();
      const taken: Shot[] = [];
      for (const [width] of SIZES) {
        await resize(page, width, 900);
        await page.waitForTimeout(150);
        taken.push({ label: `${width}`, png: await page.screenshot({ fullPage: true }) });
      }
      await sheet(`look-outputs-${theme}`, taken);
      await notebook.close();
    });
  }
});
