// Runs a program of the project that is written in TypeScript: node scripts/run.mjs [--build] FILE [arguments].
// With --build, what in dist/ is older than the sources is built before. With --help nothing is.
import path from 'node:path';
import { allBundles, bringUpToDate } from './build.mjs';
import { asksForHelp, usageOf } from './help.mjs';
import { run, setup } from './setup.mjs';

/** Programs that parse their arguments themselves, and print more than the comment at their top. */
const OWN_HELP = ['bench/main.ts', 'campaign/main.ts'];

const args = process.argv.slice(2);
const builds = args[0] === '--build';
const [file, ...rest] = builds ? args.slice(1) : args;

if (asksForHelp(rest) && !OWN_HELP.includes(file)) {
  console.log(usageOf(path.resolve(import.meta.dirname, '..', file)));
} else {
  setup();
  if (builds && !asksForHelp(rest)) bringUpToDate(allBundles());
  run(process.execPath, ['--import', 'tsx', file, ...rest]);
}
