// npm run bench: builds, then measures; arguments go to the bench (--help tells of them).
import './build.mjs';
import { run } from './setup.mjs';

run(process.execPath, ['--import', 'tsx', 'bench/main.ts', ...process.argv.slice(2)]);
