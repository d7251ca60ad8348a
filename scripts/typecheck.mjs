// npm run typecheck [-- PART …]: checks the types of all parts or of the named ones, such as src/core. Each part is
// checked with the APIs that it may use: core and figures without Node and DOM, pages with the DOM but without Node.
import { help } from './help.mjs';
import { program, run } from './setup.mjs';

const PARTS = [
  '.',
  'src/core',
  'src/figures',
  'src/webviews',
  'bench/pages',
  'test/webviews',
  'test/pages',
  'test/e2e',
  'test/vscode',
];

help(import.meta.filename);
const named = process.argv.slice(2);
for (const part of named.length > 0 ? named : PARTS) run(program('tsc'), ['-p', part]);
