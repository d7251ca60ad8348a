// npm run typecheck: every part of the house with what it may know of, the core and figures without Node
// and DOM, pages with a DOM and without Node.
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

for (const part of PARTS) run(program('tsc'), ['-p', part]);
