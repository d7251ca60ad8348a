// npm run package: builds, and makes the one .vsix that installs everywhere.
import './build.mjs';
import { run } from './setup.mjs';

run(process.execPath, ['--import', 'tsx', 'scripts/package.ts']);
