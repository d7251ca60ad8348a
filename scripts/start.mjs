// npm start [-- EXAMPLE [options of `run`]]: installs packages, builds what has changed, and runs an example, by
// default NonLinear0.
import path from 'node:path';
import { bringUpToDate } from './build.mjs';
import { help } from './help.mjs';
import { COMMAND_LINE } from './needs.mjs';
import { run } from './setup.mjs';

help(import.meta.filename);
bringUpToDate(COMMAND_LINE);
const [example = 'NonLinear0', ...options] = process.argv.slice(2);
const root = path.resolve(import.meta.dirname, '..');
run(process.execPath, [
  path.join(root, 'bin', 'polysemanticity.js'),
  'run',
  path.join(root, 'examples', example),
  ...options,
]);
