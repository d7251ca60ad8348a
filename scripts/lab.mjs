// npm run lab: VS Code on examples/ with the extension as it is built here. The desktop's where `code` is
// on PATH, otherwise the VS Code server of the tests, set up if need be, until Ctrl-C.
import './build.mjs';
import { run } from './setup.mjs';

run(process.execPath, ['--import', 'tsx', 'scripts/lab.ts', ...process.argv.slice(2)]);
