// npm run pictures: takes the pictures in docs/images anew, by the tests that go through the window.
import { run } from './setup.mjs';

run(process.execPath, ['scripts/test.mjs', '--e2e', ...process.argv.slice(2)], {
  env: { ...process.env, POLYSEMANTICITY_PICTURES: '1' },
});
