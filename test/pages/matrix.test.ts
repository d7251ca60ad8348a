import { csvParse } from 'd3-dsv';
import { PNG } from 'pngjs';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MatrixReader } from '../../src/node/runStore/matrixReader';
import type { MatrixHost, MatrixPage, MatrixPart, MatrixSeries } from '../../src/protocol/matrix';
import type { ExportedFile, Handlers } from '../../src/protocol/connection';
import { executeTiny } from '../node/runStore/tinyRun';
import { type ThemeName, themeNames } from './harness/themes';
import { usePages } from './harness/usePages';
import type { WebviewPage } from './harness/webviewPage';

type MatrixWindow = WebviewPage<MatrixPage, MatrixHost>;

const HEAT = 'Attribution matrix: neurons by features';

describe('the page of matrices', () => {
  const pages = usePages();
  let folder = '';
  let reader: MatrixReader;
  let saved: ExportedFile[] = [];
  let chosen: MatrixPart[] = [];

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'polysemanticity-page-'));
    reader = new MatrixReader(await executeTiny(folder, 'epochs'));
  });

  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  function handlers(changes: Partial<Handlers<MatrixHost>> = {}): Handlers<MatrixHost> {
    saved = [];
    chosen = [];
    return {
      series: () => reader.series(false),
      matrix: ({ checkpoint }) => reader.matrix(checkpoint),
      specimen: ({ checkpoint }) => reader.specimen(checkpoint),
      selected: (part) => void chosen.push(part),
      run: () => undefined,
      save: (file) => {
        saved.push(file);
        return `/tmp/${file.name}`;
      },
      ...changes,
    };
  }

  async function open(
    theme: ThemeName = 'dark',
    changes: Partial<Handlers<MatrixHost>> = {},
    state?: unknown,
  ): Promise<MatrixWindow> {
    const opened = await pages.open<MatrixPage, MatrixHost>('matrix', {
      handlers: handlers(changes),
      theme,
      state,
      size: { width: 1180, height: 760 },
    });
    await opened.page.getByLabel(HEAT).waitFor();
    await opened.page.locator('.facts').filter({ hasText: 'neurons' }).waitFor();
    return opened;
  }

  for (const theme of themeNames) {
    it(`is accessible and draws, ${theme}`, async () => {
      const opened = await open(theme);
      const box = (await opened.page.getByLabel(HEAT).boundingBox())!;
      const picture = PNG.sync.read(await opened.page.screenshot({ clip: box }));
      const colours = new Set<number>();
      for (let i = 0; i < 15; i++) {
        const x = Math.round(120 + (i % 5) * ((box.width - 72) / 5));
        colours.add(picture.data.readUInt32BE(4 * ((60 + i * 30) * picture.width + x)));
      }
      assert.ok(colours.size >= 4, [...colours].map((colour) => colour.toString(16)).join(' '));
      await opened.checkAccessibility();
    });
  }

  it('can be read and operated with the keyboard alone', async () => {
    const opened = await open();
    const { page } = opened;
    await page.getByLabel(HEAT).focus();
    const spoken = page.locator('[aria-live]');
    const readout = page.locator('.readout');
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    const matrix = await reader.matrix('1-dense/training/3');
    const value = matrix.values[matrix.features + 2];
    await spoken.filter({ hasText: 'Layer 0, neuron 1, f2' }).waitFor({ state: 'attached' });
    const line = (await readout.textContent())!;
    const shown = Number(/f2: ([+−]?[\d.]+)/.exec(line)![1].replace('−', '-'));
    assert.ok(Math.abs(shown - value) <= Math.abs(value) * 0.01 + 1e-3, `${line}, not ${value}`);
    await page.keyboard.press('PageDown');
    await readout.filter({ hasText: 'Layer 1, neuron 0, f2' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Layer 1, neuron 0' }).waitFor();
    assert.deepEqual(chosen, [{ checkpoint: '1-dense/training/3', layer: 1, unit: 0 }]);
    await page.getByText(/Incoming weights/).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Layer 1, neuron 0' }).waitFor({ state: 'hidden' });
  });

  it('moves through time with the slider, keys and playback', async () => {
    const opened = await open();
    const { page } = opened;
    const label = page.locator('.time-label');
    assert.equal(await label.textContent(), 'epoch 3');
    const slider = page.getByRole('slider');
    await slider.focus();
    await page.keyboard.press('End');
    await label.filter({ hasText: 'pruned 30%, retrained 2 epochs' }).waitFor();
    assert.equal(await slider.getAttribute('aria-valuetext'), 'pruned 30%, retrained 2 epochs');
    await page.locator('.facts').filter({ hasText: '5 neurons' }).waitFor();
    await page.keyboard.press('Home');
    await label.filter({ hasText: 'initial weights' }).waitFor();
    await page.getByLabel('Speed').selectOption('20');
    await page.getByRole('button', { name: 'Play' }).click();
    await label.filter({ hasText: 'pruned 30%, retrained 2 epochs' }).waitFor();
    await page.getByRole('button', { name: 'Play' }).waitFor();
  });

  it('exports exactly what it shows, whatever the theme', async () => {
    const opened = await open('highContrast');
    const { page } = opened;
    await page.getByLabel('Neurons', { exact: true }).selectOption('measure');
    const take = async (name: string): Promise<ExportedFile> => {
      const before = saved.length;
      await page.getByRole('button', { name: 'Export' }).click();
      await page.getByRole('button', { name, exact: true }).click();
      await page
        .locator('.readout')
        .filter({ hasText: `.${name.toLowerCase()}` })
        .waitFor();
      // The readout may still describe the previous file.
      while (saved.length === before) await page.waitForTimeout(20);
      return saved[saved.length - 1];
    };
    const text = ({ bytes }: ExportedFile): string => new TextDecoder().decode(bytes);
    const csv = csvParse(text(await take('CSV')));
    const matrix = await reader.matrix('1-dense/training/3');
    assert.equal(csv.length, 7);
    for (const { layer, unit, f3 } of csv) {
      const row = Number(layer) * 4 + Number(unit);
      assert.equal(Number(f3), matrix.values[row * matrix.features + 3]);
    }
    const first = csv.slice(0, 4).map(({ relative }) => Number(relative));
    assert.deepEqual(
      first,
      [...first].sort((a, b) => b - a),
    );
    const json = JSON.parse(text(await take('JSON'))) as { neurons: { relative: number }[] };
    assert.deepEqual(
      json.neurons.map(({ relative }) => String(relative)),
      csv.map(({ relative }) => relative),
    );
    const svg = await take('SVG');
    assert.equal(svg.name, 'Tiny 1-dense training 3.svg');
    assert.match(text(svg), /fill="#ffffff"/);
    const png = PNG.sync.read(Buffer.from((await take('PNG')).bytes));
    assert.deepEqual([...png.data.subarray(0, 4)], [255, 255, 255, 255]);
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByLabel('Picture').selectOption('transparent');
    await page.keyboard.press('Escape');
    const clear = PNG.sync.read(Buffer.from((await take('PNG')).bytes));
    assert.equal(clear.data[3], 0);
  });

  it('keeps zoom, order and position after a reload', async () => {
    const opened = await open();
    const { page } = opened;
    await page.getByLabel('Features', { exact: true }).selectOption('cluster');
    await page.getByRole('slider').focus();
    await page.keyboard.press('ArrowRight');
    await page.getByLabel(HEAT).focus();
    await page.keyboard.press('+');
    await page.locator('.time-label').filter({ hasText: 'pruned 30%' }).waitFor();
    const before = (await opened.state()) as { view: object; run: string };
    assert.equal(before.run, reader.folder);
    await opened.reload();
    await page.locator('.time-label').filter({ hasText: 'pruned 30%' }).waitFor();
    assert.equal(await page.getByLabel('Features', { exact: true }).inputValue(), 'cluster');
    assert.deepEqual(((await opened.state()) as { view: object }).view, before.view);
  });

  it('zooms around the pointer, and keeps the viewport when the data changes', async () => {
    const opened = await open();
    const { page } = opened;
    const box = (await page.getByLabel(HEAT).boundingBox())!;
    await page.mouse.move(box.x + 200, box.y + 100);
    await page.mouse.wheel(0, -400);
    const viewportOf = async (): Promise<{ kx: number; x: number }> =>
      ((await opened.state()) as { view: { viewport: { kx: number; x: number } } }).view.viewport;
    await page.waitForTimeout(100);
    const zoomed = await viewportOf();
    assert.ok(zoomed.kx > 1.2);
    await page.getByRole('slider').focus();
    await page.keyboard.press('Home');
    await page.locator('.time-label').filter({ hasText: 'initial weights' }).waitFor();
    assert.deepEqual(await viewportOf(), zoomed);
  });

  it('shows the same numbers as a table', async () => {
    const { page } = await open();
    await page.getByRole('button', { name: 'Table' }).click();
    const table = page.locator('.table table');
    await table.getByRole('columnheader', { name: 'f4' }).waitFor();
    assert.equal(await table.getAttribute('aria-rowcount'), '8');
    const matrix = await reader.matrix('1-dense/training/3');
    const cell = (await table.locator('tbody tr').nth(1).locator('td').nth(1).textContent())!;
    const value = matrix.values[matrix.features];
    assert.ok(Math.abs(Number(cell.replace('−', '-')) - value) <= Math.abs(value) * 0.01);
  });

  it('follows selections made elsewhere, and grows while a run computes', async () => {
    const series = await reader.series(false);
    let known: MatrixSeries = {
      ...series,
      state: 'running',
      checkpoints: series.checkpoints.slice(0, 4),
    };
    const opened = await open('light', { series: () => known });
    const { page, connection } = opened;
    assert.equal(await page.locator('.time-label').textContent(), 'epoch 3');
    known = series;
    connection.tell('changed', undefined);
    await page.waitForFunction(
      () => Number(document.querySelector<HTMLInputElement>('[type=range]')?.max) > 3,
    );
    assert.equal(await page.locator('.time-label').textContent(), 'epoch 3');
    const selection = {
      experiment: '/x',
      checkpoint: '1-dropout-0.3/retraining/1',
      layer: 1,
      unit: 2,
    };
    connection.tell('select', selection);
    await page.locator('.time-label').filter({ hasText: 'retrained 1 epoch' }).waitFor();
    await page.getByRole('heading', { name: 'Layer 1, neuron 2' }).waitFor();
  });

  it('says what is wrong and what to do if there is nothing to show', async () => {
    const nothing = {
      ...(await reader.series(false)),
      checkpoints: [],
      empty: 'Set "keep" and run.',
    };
    const show = async (series: () => MatrixSeries): Promise<MatrixWindow> =>
      pages.open<MatrixPage, MatrixHost>('matrix', {
        handlers: handlers({ series }),
        theme: 'light',
      });
    const empty = await show(() => nothing);
    await empty.page.getByText('Set "keep" and run.').waitFor();
    await empty.page.getByRole('button', { name: 'Run the experiment' }).waitFor();
    await empty.checkAccessibility();
    const failed = await show(() => {
      throw new Error('run.json is damaged');
    });
    await failed.page.getByText('run.json is damaged').waitFor();
  });

  it('says in the middle of the page that its run was deleted, and shows the run again when it is restored', async () => {
    const series = await reader.series(false);
    let now: MatrixSeries = series;
    const { page, connection } = await open('dark', { series: () => now });
    now = { ...series, checkpoints: [], deleted: 'It was deleted.' };
    connection.tell('changed', undefined);
    await page.getByRole('heading', { name: 'This run was deleted' }).waitFor();
    await page.getByText('It was deleted.', { exact: true }).waitFor();
    assert.equal(await page.getByLabel(HEAT).count(), 0);
    now = series;
    connection.tell('changed', undefined);
    await page.getByLabel(HEAT).waitFor();
  });

  it('says that a requested matrix is not kept, and which one is shown instead', async () => {
    const { page, connection } = await open();
    const selection = { experiment: '/x', checkpoint: '1-dense/training/99' };
    connection.tell('select', selection);
    await page
      .getByText('The matrix of 1-dense/training/99 is not kept; this is that of epoch 3.')
      .first()
      .waitFor();
  });

  it('shows names as text, whatever they contain', async () => {
    const hostile = '<img src=x onerror=alert(1)>';
    const series = await reader.series(false);
    const { page } = await open('dark', {
      series: () => ({ ...series, experiment: hostile }),
      matrix: async ({ checkpoint }) => {
        const matrix = await reader.matrix(checkpoint);
        return { ...matrix, featureNames: matrix.featureNames.map((name) => `${name}"><script>`) };
      },
    });
    await page.getByRole('heading', { name: hostile }).waitFor();
    assert.equal(await page.locator('img, main script').count(), 0);
  });

  it('reports a matrix that cannot be read, and continues', async () => {
    const { page } = await open('dark', {
      matrix: ({ checkpoint }) => {
        if (checkpoint.includes('pruned')) throw new Error('the file ends too early');
        return reader.matrix(checkpoint);
      },
    });
    await page.getByRole('slider').focus();
    await page.keyboard.press('ArrowRight');
    await page.getByText('the file ends too early').waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.getByText('the file ends too early').waitFor({ state: 'detached' });
    assert.equal(await page.locator('.time-label').textContent(), 'epoch 3');
  });
});
