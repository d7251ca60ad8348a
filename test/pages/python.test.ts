import Ajv from 'ajv';
import type { Browser, Locator } from 'playwright-core';
import { PNG } from 'pngjs';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { launchChromium } from '../../scripts/editor/browser';
import { root } from '../../scripts/editor/paths';
import { readNotebook } from '../../src/node/notebook/nbformat/notebookFile';
import { ATTRIBUTION_MIME, attributionOutput } from '../../src/protocol/outputs/attribution';
import { decodeMatrix } from '../../src/protocol/outputs/tensor';
import { TRAJECTORY_MIME, trajectoryOutput } from '../../src/protocol/outputs/trajectory';
import { type NotebookPage, openNotebookPage } from './harness/notebookPage';
import { pythonOrSkip } from './harness/python';
import { themes } from './harness/themes';

/** The folder of the helper module; a user's notebook has a copy beside it. */
const HELPER = path.join(root, 'examples/python');

/** Code of the documentation, executed verbatim. */
const [TEN_LINES, WITH_NUMPY] = [
  ...readFileSync(path.join(root, 'docs/python.md'), 'utf8').matchAll(/^```python\n(.*?)^```/gms),
].map(([, code]) => code);

/** As in the documentation, with a predictable matrix: 0, 0.25, … by rows, −9 in the last cell. */
const OWN_MATRIX = `
import numpy as np
matrix = np.arange(12).reshape(6, 2) / 4
matrix[5, 1] = -9
attribution(matrix, title="my network", widths=[4, 2], features=["edge", "corner"])
`;

type Data = Readonly<Record<string, unknown>>;

describe('outputs of a Python kernel', function () {
  this.timeout(180_000);
  let browser: Browser | undefined;
  let notebook: NotebookPage;
  let outputs: readonly Data[];
  before(async function () {
    const python = pythonOrSkip(this);
    const cells = [TEN_LINES, lineOf('from '), OWN_MATRIX, lineOf('trajectory(')];
    const { cells: executed } = readNotebook(python.execute(cells, HELPER), 'executed');
    outputs = executed.flatMap((cell) =>
      cell.cell_type === 'code' ? cell.outputs.map(({ data }) => data as Data) : [],
    );
    browser = await launchChromium();
    notebook = await openNotebookPage(browser, themes.light);
  });
  afterEach(() => assert.deepEqual(notebook.faults, []));
  after(async () => {
    await notebook?.close();
    await browser?.close();
  });

  it('match docs/python.md and the published schemas', () => {
    assert.deepEqual(outputs.map(Object.keys), [
      [ATTRIBUTION_MIME, 'text/plain'],
      [ATTRIBUTION_MIME, 'image/png', 'text/plain'],
      [TRAJECTORY_MIME, 'text/plain'],
    ]);
    for (const data of outputs) {
      const [mime] = Object.keys(data);
      const [, kind] = /([a-z]+)\+json$/.exec(mime) ?? [];
      const schema = readFileSync(path.join(root, `schemas/${kind}-output.schema.json`), 'utf8');
      const ajv = new Ajv({ strict: false });
      assert.ok(ajv.validate(JSON.parse(schema) as object, data[mime]), ajv.errorsText());
    }
    assert.deepEqual(
      outputs.map((data) => String(data['text/plain'])),
      [
        'attribution matrix (16, 8)',
        'attribution matrix 6 x 2, mean R 1.582, 0 dead',
        'trajectory of run: 2 rows of relative',
      ],
    );
  });

  it('draw the ten lines of the documentation', async () => {
    const payload = attributionOutput.parse(outputs[0][ATTRIBUTION_MIME]);
    const { values } = decodeMatrix(payload.values ?? [], 'values');
    const place = await draw(ATTRIBUTION_MIME, payload);
    await place.locator('.facts').filter({ hasText: '16 neurons' }).waitFor();
    const line = await walk(place, ['ArrowDown', 'ArrowRight', 'ArrowRight']);
    assert.match(line, /^Layer 0, neuron 1, f2: .*, rank \d of 8/);
    const value = values[8 + 2];
    const shown = Number(/f2: ([+−]?[\d.e-]+)/.exec(line)?.[1].replace('−', '-'));
    assert.ok(Math.abs(shown - value) <= 0.01 * Math.abs(value) + 1e-3, `${line}, not ${value}`);
  });

  it('draw a NumPy matrix with layers and names', async () => {
    const place = await draw(ATTRIBUTION_MIME, outputs[1][ATTRIBUTION_MIME]);
    await place.getByText('my network').first().waitFor();
    const facts = place.locator('.facts').filter({ hasText: '6 neurons' });
    assert.match(await facts.innerText(), /^Relative polysemanticity 1\.58, mean of 6 neurons/);
    assert.match(
      await walk(place, ['ArrowRight']),
      /^Layer 0, neuron 0, corner: \+0\.25, rank 1 of 2/,
    );
    assert.match(await walk(place, ['Control+End']), /^Layer 1, neuron 1, corner: −9, rank 1 of 2/);
  });

  it('include a picture of the NumPy matrix for pages without the renderer', () => {
    const png = PNG.sync.read(Buffer.from(String(outputs[1]['image/png']), 'base64'));
    assert.equal(png.width / 2, png.height / 6);
    const at = (row: number, column: number): number[] => {
      const cell = png.width / 2;
      const pixel = 4 * ((row + 0.5) * cell * png.width + (column + 0.5) * cell);
      return [...png.data.subarray(pixel, pixel + 3)];
    };
    const [zero, positive, negative] = [at(0, 0), at(5, 0), at(5, 1)];
    assert.ok(Math.min(...zero) > 240, `zero is ${zero.join()}`);
    assert.ok(positive[0] > positive[2] + 20, `positive is ${positive.join()}`);
    assert.ok(negative[2] > negative[0] + 100, `negative is ${negative.join()}`);
  });

  it('draw trajectories', async () => {
    const payload = trajectoryOutput.parse(outputs[2][TRAJECTORY_MIME]);
    const place = await draw(TRAJECTORY_MIME, payload);
    await place
      .getByRole('application', { name: /^Relative polysemanticity R/ })
      .first()
      .focus();
    await notebook.page.keyboard.press('End');
    const spoken = place.locator('[role="status"]');
    await spoken.filter({ hasText: /epoch 2, .* R 3\.2/ }).waitFor({ state: 'attached' });
  });

  async function draw(mime: string, payload: unknown): Promise<Locator> {
    return notebook.page.locator(`#${await notebook.show(mime, payload)}`);
  }
});

/** What the page says about the cell that these keys lead to. */
async function walk(place: Locator, keys: readonly string[]): Promise<string> {
  const heat = place.getByLabel('Attribution matrix: neurons by features');
  await heat.focus();
  for (const key of ['Control+Home', ...keys]) await heat.press(key);
  const line = place.locator('.readout');
  await line.filter({ hasText: 'rank' }).waitFor();
  return line.innerText();
}

/** The line of the documentation's second example with this beginning. */
function lineOf(beginning: string): string {
  const line = WITH_NUMPY.split('\n').find((text) => text.startsWith(beginning));
  assert.ok(line, `docs/python.md has no line of ${beginning}`);
  return line;
}
