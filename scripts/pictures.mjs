// npm run pictures: takes the pictures in docs/images anew, in a VS Code that a person would use, and builds before.
import { help } from './help.mjs';
import { run } from './setup.mjs';

help(import.meta.filename);
run(process.execPath, ['scripts/test.mjs', '--e2e', ...process.argv.slice(2)], {
  env: { ...process.env, POLYSEMANTICITY_PICTURES: '1' },
});
