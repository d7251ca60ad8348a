import type { Browser, Locator, Page } from 'playwright-core';
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchChromium } from '../../scripts/editor/browser';
import { DISPLAY, type Displayed, type MimeBundle } from '../../src/api/display';
import { type MatrixCheckpoint, seriesOutput, trajectoryOutput } from '../../src/api/outputs';
import { openRun } from '../../src/api/storedRuns';
import { describeRun } from '../../src/node/runStore/describeRun';
import { MatrixReader } from '../../src/node/runStore/matrixReader';
import { RunRows } from '../../src/node/runStore/runRows';
import type { StoredMatrix } from '../../src/core/attribution/matrix';
import type { MatrixHost, MatrixPage } from '../../src/protocol/matrix';
import { ATTRIBUTION_MIME } from '../../src/protocol/outputs/attribution';
import { RUN_MIME, type RunOutput } from '../../src/protocol/outputs/run';
import { TRAJECTORY_MIME } from '../../src/protocol/outputs/trajectory';
import type { ExportedFile } from '../../src/protocol/connection';
import type { TrajectoriesHost, TrajectoriesPage } from '../../src/protocol/trajectories';
import { polysemanticity } from '../cli/workshop';
import { executeTiny } from '../node/runStore/tinyRun';
import { openNotebookPage } from './harness/notebookPage';
import { themes } from './harness/themes';
import { usePages } from './harness/usePages';

const LOOKS = { light: 'On white', dark: 'On black', transparent: 'Transparent' } as const;

type Look = keyof typeof LOOKS;

/** Number of rows without a nonzero attribution. */
function deadRows({ neurons, features, values }: StoredMatrix): number {
  const row = (k: number): Float32Array => values.subarray(k * features, (k + 1) * features);
  return Array.from({ length: neurons }, (_, k) => row(k)).filter((one) =>
    one.every((a) => a === 0),
  ).length;
}

describe('one figure, three ways', function () {
  this.timeout(120_000);
  const pages = usePages();
  let browser: Browser;
  let folder = '';
  let run = '';

  before(async () => {
    browser = await launchChromium();
    folder = await mkdtemp(path.join(tmpdir(), 'polysemanticity-figures-'));
    run = await executeTiny(folder, 'epochs');
  });

  after(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  const commandLine = (...args: string[]): Promise<string> => commandLineOf(run, ...args);

  const commandLineOf = async (place: string, ...args: string[]): Promise<string> => {
    const { code, out, err } = await polysemanticity(['figure', place, ...args]);
    assert.equal(code, 0, err);
    return out;
  };

  const bundleOf = async (output: Displayed): Promise<MimeBundle> => output[DISPLAY]();

  const exportSvg = async (place: Page | Locator, look: Look): Promise<void> => {
    await place.getByRole('button', { name: 'Export' }).click();
    await place.getByLabel('Picture').selectOption({ label: LOOKS[look] });
    await place.getByRole('button', { name: 'SVG', exact: true }).click();
  };

  const savedIn = async (saved: ExportedFile[], page: Page): Promise<string> => {
    for (let i = 0; i < 200 && saved.length === 0; i++) await page.waitForTimeout(50);
    const file = saved.pop();
    assert.ok(file, 'nothing was saved');
    return new TextDecoder().decode(file.bytes);
  };

  /** The dense network's matrices as a notebook outputs them. */
  const seriesBundleOf = async (place: string): Promise<MimeBundle> => {
    const stored = await openRun(place);
    const checkpoints = await stored.checkpoints();
    const rows = await stored.rows();
    const series = await Promise.all(
      checkpoints
        .filter(({ leg }) => leg.arm === 'dense')
        .map(async ({ name, leg, phase, epoch }): Promise<MatrixCheckpoint> => {
          const row = rows.find(
            (one) => one.arm === leg.arm && one.requested === leg.requested && one.epoch === epoch,
          );
          return { leg, phase, epoch, row, attribution: await stored.attribution(name) };
        }),
    );
    return bundleOf(seriesOutput(series, { title: 'Tiny', run: stored }));
  };

  /** What the view of an output exports. */
  const fromNotebook = async (mime: string, bundle: MimeBundle): Promise<string> => {
    const notebook = await openNotebookPage(browser, themes.highContrast);
    try {
      const id = await notebook.show(mime, bundle[mime]);
      const place = notebook.page.locator(`#${id}`);
      await place.locator('canvas').first().waitFor();
      await notebook.page.waitForTimeout(500);
      const download = notebook.page.waitForEvent('download');
      await exportSvg(place, 'light');
      const text = await readFile(await (await download).path(), 'utf8');
      assert.deepEqual(notebook.faults, []);
      return text;
    } finally {
      await notebook.close();
    }
  };

  /** The page of the run's matrices after it has drawn one, and its saved files. */
  const openMatrices = async (
    state?: object,
    place = run,
  ): Promise<{ readonly page: Page; readonly saved: ExportedFile[] }> => {
    const reader = new MatrixReader(place);
    const saved: ExportedFile[] = [];
    const { page } = await pages.open<MatrixPage, MatrixHost>('matrix', {
      theme: 'dark',
      state,
      handlers: {
        series: () => reader.series(false),
        matrix: ({ checkpoint }) => reader.matrix(checkpoint),
        specimen: ({ checkpoint }) => reader.specimen(checkpoint),
        selected: () => undefined,
        run: () => undefined,
        save: (file) => (saved.push(file), file.name),
      },
    });
    await page.locator('.facts').filter({ hasText: 'neurons' }).waitFor();
    return { page, saved };
  };

  it('a matrix is the same from its page, a notebook and the command line', async () => {
    const { page, saved } = await openMatrices();
    for (const look of Object.keys(LOOKS) as Look[]) {
      await exportSvg(page, look);
      const figure = await savedIn(saved, page);
      assert.match(figure, /Tiny, dense, seed 1, epoch 3/);
      assert.equal(await commandLine('--matrix', '--look', look), figure);
    }
    const figure = await commandLine('--matrix');
    const bundle = await seriesBundleOf(run);
    assert.equal(bundle['image/svg+xml'], figure);
    assert.equal(await fromNotebook(ATTRIBUTION_MIME, bundle), figure);
  });

  it('a run measured as in the thesis, with incomplete rows, is the same in all three', async () => {
    const place = await executeTiny(path.join(folder, 'thesis'), 'epochs', {
      specimen: { hidden: [12, 8], dropoutTwin: 0.5 },
      attribution: { method: 'integrated-gradients', rows: 'post-activation', steps: 2 },
      measures: { compatibility: 'thesis', nullNeurons: 28 },
    });
    const { page, saved } = await openMatrices(undefined, place);
    await exportSvg(page, 'light');
    const figure = await savedIn(saved, page);
    // Dead neurons count as 0, and the remark names the error.
    assert.match(figure, /mean of 20 neurons · completeness error [\d.e-]+ · test loss/);
    const matrix = await new MatrixReader(place).matrix('1-dense/training/3');
    assert.ok(deadRows(matrix) > 0, 'no neuron is dead');
    assert.equal(await commandLineOf(place, '--matrix'), figure);
    const bundle = await seriesBundleOf(place);
    assert.equal(bundle['image/svg+xml'], figure);
    assert.equal(await fromNotebook(ATTRIBUTION_MIME, bundle), figure);
    const card = (await bundleOf(await openRun(place)))[RUN_MIME] as RunOutput;
    const ofCard = { [ATTRIBUTION_MIME]: card.attribution };
    assert.equal(await fromNotebook(ATTRIBUTION_MIME, ofCard), figure);
  });

  it('another checkpoint is the same from its page and the command line', async () => {
    const { page, saved } = await openMatrices({
      view: {
        checkpoint: '1-dropout-0.3/retraining/1',
        detail: 'epochs',
        measure: 'participation',
      },
    });
    await exportSvg(page, 'light');
    const args = ['--matrix', '1-dropout-0.3/retraining/1', '--measure', 'participation'];
    assert.equal(await commandLine(...args), await savedIn(saved, page));
  });

  it('trajectories are the same from their page, a notebook and the command line', async () => {
    const rows = new RunRows(run);
    const saved: ExportedFile[] = [];
    const { page, connection } = await pages.open<TrajectoriesPage, TrajectoriesHost>(
      'trajectories',
      {
        theme: 'dark',
        handlers: {
          ready: () => undefined,
          columns: ({ measures }) => rows.columns(measures),
          open: () => '',
          addRuns: () => undefined,
          removeRun: () => undefined,
          save: (file) => (saved.push(file), file.name),
        },
      },
    );
    await connection.call('show', { runs: [await describeRun(run, false)] });
    await page.locator('.chart.lines').first().waitFor();
    for (const look of Object.keys(LOOKS) as Look[]) {
      await exportSvg(page, look);
      const figure = await savedIn(saved, page);
      assert.match(figure, /Trajectories of Tiny/);
      assert.equal(await commandLine('--trajectories', '--look', look), figure);
    }
    const figure = await commandLine('--trajectories');
    const bundle = await bundleOf(trajectoryOutput(await openRun(run)));
    assert.equal(bundle['image/svg+xml'], figure);
    assert.equal(await fromNotebook(TRAJECTORY_MIME, bundle), figure);
  });
});
