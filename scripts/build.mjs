// npm run build [-- NAME …]: the SIMD kernel and the bundles in dist/, or only what is named: bundles as
// webpack.config.js names them (extension, cli, pages/matrix, …), and types.
//
//   npm run build -- --stale                             what is older than the sources
//   npm run build -- --for test/pages/matrix.test.ts     of that, what this test needs
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { help } from './help.mjs';
import { buildKernel } from './kernel.mjs';
import { bundlesFor } from './needs.mjs';
import { program, run, setup } from './setup.mjs';

const root = path.resolve(import.meta.dirname, '..');
/** When each bundle was last built for production, in milliseconds. */
const record = path.join(root, 'dist/built.json');
/** What editors know of the module `polysemanticity`, which is built beside the bundles. */
const TYPES = 'types';
/** All that bundles are made of. */
const SOURCES = ['src', 'test/vscode', 'scripts', 'webpack.config.js', 'package-lock.json'];

/** Builds the kernel and what has these names: all of it unless some are named. */
export function build(names = []) {
  setup();
  buildKernel();
  const started = Date.now();
  const built = names.length > 0 ? names : allBundles();
  const bundles = built.filter((name) => name !== TYPES);
  if (bundles.length > 0)
    run(
      program('webpack'),
      bundles.flatMap((name) => ['--config-name', name]),
    );
  if (built.includes(TYPES)) run(program('tsx'), ['scripts/types.ts']);
  write({ ...read(), ...Object.fromEntries(built.map((name) => [name, started])) });
}

/** Builds the kernel, and of these bundles those that are older than the sources. */
export function bringUpToDate(names) {
  setup();
  buildKernel();
  if (names.length === 0) return;
  const times = read();
  const newest = newestOf(SOURCES.map((name) => path.join(root, name)));
  const stale = names.filter((name) => !(times[name] > newest));
  if (stale.length > 0) build(stale);
}

/** Tells later builds that what is in dist/ was not built for production. */
export function forgetBuilds() {
  write({});
}

/** The names of all that is built into dist/. */
export function allBundles() {
  const configurations = createRequire(import.meta.url)('../webpack.config.js')();
  return [...configurations.map(({ name }) => name), TYPES];
}

/** The latest change below these files and folders; a folder changes when a file in it comes or goes. */
function newestOf(places) {
  return Math.max(
    ...places.map((place) => {
      const stat = statSync(place);
      if (!stat.isDirectory()) return stat.mtimeMs;
      return Math.max(
        stat.mtimeMs,
        newestOf(readdirSync(place).map((name) => path.join(place, name))),
      );
    }),
  );
}

function read() {
  try {
    return JSON.parse(readFileSync(record, 'utf8'));
  } catch {
    // Nothing was built yet, or the record is damaged: everything is built anew.
    return {};
  }
}

function write(times) {
  mkdirSync(path.dirname(record), { recursive: true });
  writeFileSync(record, `${JSON.stringify(times, null, 2)}\n`);
}

if (import.meta.filename === process.argv[1]) {
  help(import.meta.filename);
  const args = process.argv.slice(2);
  setup();
  if (args[0] === '--stale') bringUpToDate(allBundles());
  else if (args[0] === '--for') bringUpToDate(bundlesFor(args.slice(1), allBundles()));
  else build(args);
}
