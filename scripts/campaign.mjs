// npm run campaign: builds, then attacks what was built; arguments go to the campaign (--help tells of them).
import './build.mjs';
import { run } from './setup.mjs';

run(process.execPath, ['--import', 'tsx', 'campaign/main.ts', ...process.argv.slice(2)]);
