// npm run typecheck [-- PART …]: every part of the house with what it may know of, the core and figures without
// Node and DOM, pages with a DOM and without Node. Or only the parts that are named: src/core.
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
