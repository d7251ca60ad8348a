// npm start: sets up, builds, and runs an example (NonLinear0 unless another is named).
import path from 'node:path';
import { program, run, setup } from './setup.mjs';

setup();
console.log('build: dist/');
run(program('webpack'), []);
const [example = 'NonLinear0', ...options] = process.argv.slice(2);
const root = path.resolve(import.meta.dirname, '..');
run(process.execPath, [
  path.join(root, 'bin', 'polysemanticity.js'),
  'run',
  path.join(root, 'examples', example),
  ...options,
]);
