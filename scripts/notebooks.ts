import { readdirSync, existsSync } from 'node:fs';
import path from 'node:path';
import { openExperiment } from '../src/node/experiments/openExperiment';
import { writeFileAtomic } from '../src/node/files/files';
import { writeNotebook } from '../src/node/notebook/nbformat/notebookFile';
import { runNotebook } from '../src/node/notebook/runNotebook';
import { experimentNotebook } from '../src/node/notebook/template/experimentNotebook';
import { tourNotebook } from '../src/node/notebook/template/tourNotebook';

/*
 * npm run notebooks [-- NAME …]: writes the notebooks of examples/ from their templates and executes them, all of them
 * by default, which takes some minutes.
 */

const ROOT = path.resolve(__dirname, '..');
const EXAMPLES = path.join(ROOT, 'examples');
const BUNDLE = path.join(ROOT, 'dist', 'kernel.js');

async function main(names: readonly string[]): Promise<void> {
  const experiments = readdirSync(EXAMPLES).filter((name) =>
    existsSync(path.join(EXAMPLES, name, 'experiment.json')),
  );
  for (const name of names.length > 0 ? names : [...experiments, 'tour']) {
    const isTour = name === 'tour';
    const folder = path.join(EXAMPLES, name);
    const file = path.join(folder, `${name}.ipynb`);
    const notebook = isTour
      ? tourNotebook()
      : experimentNotebook((await openExperiment(folder)).specification);
    await writeFileAtomic(file, writeNotebook(notebook));
    const started = performance.now();
    const { executed } = await runNotebook(file, { bundle: BUNDLE });
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.log(`${name}: ${executed} cells, ${seconds} s`);
  }
}

void main(process.argv.slice(2));
