// npm run coverage: builds what has changed, and writes the coverage of src/ by the unit tests to coverage/.
import { allBundles, bringUpToDate } from './build.mjs';
import { help } from './help.mjs';
import { program, run } from './setup.mjs';

help(import.meta.filename);
bringUpToDate(allBundles());
const tests = ['--ignore', 'test/{pages,vscode,e2e}/**', 'test/**/*.test.ts'];
run(program('c8'), ['mocha', ...tests, ...process.argv.slice(2)]);
