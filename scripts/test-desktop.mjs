// npm run test:desktop: the suites that run inside VS Code, in VS Code for the desktop, the oldest
// supported and the newest, which are downloaded from its update host.
import './build.mjs';
import { run } from './setup.mjs';

run(process.execPath, [
  ...['--import', 'tsx', 'test/vscode/runner/main.ts', '--desktop'],
  ...process.argv.slice(2),
]);
