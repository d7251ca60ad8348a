import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { openExperiment } from '../../../src/node/experiments/openExperiment';
import { writeFileAtomic } from '../../../src/node/files/files';
import {
  readNotebook,
  sourceOf,
  writeNotebook,
} from '../../../src/node/notebook/nbformat/notebookFile';
import type { Notebook } from '../../../src/node/notebook/nbformat/schema';
import { runNotebook } from '../../../src/node/notebook/runNotebook';
import { experimentNotebook } from '../../../src/node/notebook/template/experimentNotebook';
import { tourNotebook } from '../../../src/node/notebook/template/tourNotebook';
import { temporaryFolders } from '../temporaryFolder';

const ROOT = path.resolve(__dirname, '../../..');
const EXAMPLES = path.join(ROOT, 'examples');
const BUNDLE = path.join(ROOT, 'dist/kernel.js');
const EXPERIMENTS = readdirSync(EXAMPLES).filter((name) =>
  existsSync(path.join(EXAMPLES, name, 'experiment.json')),
);
const TOUR = 'tour';

/** The notebook as its template has it now. */
async function fresh(name: string): Promise<Notebook> {
  if (name === TOUR) return tourNotebook();
  return experimentNotebook((await openExperiment(path.join(EXAMPLES, name))).specification);
}

async function published(name: string): Promise<Notebook> {
  const file = path.join(EXAMPLES, name, `${name}.ipynb`);
  return readNotebook(await readFile(file, 'utf8'), file);
}

describe('the notebooks of the examples', () => {
  for (const name of [...EXPERIMENTS, TOUR]) {
    it(`${name} follows from the template and is executed (npm run notebooks)`, async () => {
      const notebook = await published(name);
      const expected = await fresh(name);
      assert.deepEqual(
        notebook.cells.map((cell) => [cell.cell_type, sourceOf(cell)]),
        expected.cells.map((cell) => [cell.cell_type, sourceOf(cell)]),
      );
      let count = 0;
      for (const cell of notebook.cells) {
        if (cell.cell_type !== 'code') continue;
        assert.equal(cell.execution_count, ++count);
        assert.deepEqual(
          cell.outputs.filter(({ output_type }) => output_type === 'error'),
          [],
        );
        for (const output of cell.outputs) {
          if (output.output_type !== 'execute_result' && output.output_type !== 'display_data')
            continue;
          // It reads well where there is no renderer of ours.
          assert.ok('text/plain' in output.data, `${name}, cell ${count}`);
        }
      }
    });
  }

  describe('execute from the command line’s own code, in a folder where nothing has run', () => {
    const temporary = temporaryFolders();
    for (const name of [TOUR, ...EXPERIMENTS]) {
      it(name, async function () {
        this.timeout(20 * 60_000);
        const folder = path.join(temporary.folder, name);
        await mkdir(folder);
        const source = path.join(EXAMPLES, name, 'experiment.json');
        if (existsSync(source)) await copyFile(source, path.join(folder, 'experiment.json'));
        const file = path.join(folder, `${name}.ipynb`);
        const notebook = await fresh(name);
        await writeFileAtomic(file, writeNotebook(notebook));
        const { executed, failed } = await runNotebook(file, { bundle: BUNDLE });
        assert.equal(failed, 0);
        assert.equal(
          executed,
          notebook.cells.filter(({ cell_type }) => cell_type === 'code').length,
        );
      });
    }
  });
});
