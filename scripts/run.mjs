// Runs a TypeScript program of the project: node scripts/run.mjs [--build] FILE [arguments]. With --build, first
// builds what is out of date in dist/, unless the arguments request help.
import path from 'node:path';
import { allBundles, bringUpToDate } from './build.mjs';
import { asksForHelp, usageOf } from './help.mjs';
import { run, setup } from './setup.mjs';

/** Programs that print their own help instead of the comment at their top. */
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
