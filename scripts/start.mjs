// npm start: sets up, builds, and runs an example (NonLinear0 unless another is named).
import path from 'node:path';
import './build.mjs';
import { run } from './setup.mjs';

const [example = 'NonLinear0', ...options] = process.argv.slice(2);
const root = path.resolve(import.meta.dirname, '..');
run(process.execPath, [
  path.join(root, 'bin', 'polysemanticity.js'),
  'run',
  path.join(root, 'examples', example),
  ...options,
]);
