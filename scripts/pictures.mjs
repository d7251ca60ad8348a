// npm run pictures: runs the end-to-end tests, and replaces the screenshots in docs/images by those that they take.
import { help } from './help.mjs';
import { run } from './setup.mjs';

help(import.meta.filename);
run(process.execPath, ['scripts/test.mjs', '--e2e', ...process.argv.slice(2)], {
  env: { ...process.env, POLYSEMANTICITY_PICTURES: '1' },
});
