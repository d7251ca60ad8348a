// npm run build [-- NAME …]: builds the SIMD kernel and everything in dist/, or only the named parts: bundles by their
// names in webpack.config.js (extension, cli, pages/matrix, …), and types.
//
//   npm run build -- --stale                             only parts that are older than the sources
//   npm run build -- --for test/pages/matrix.test.ts     only stale parts that this test needs
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { help } from './help.mjs';
import { buildKernel } from './kernel.mjs';
import { bundlesFor } from './needs.mjs';
import { program, run, setup } from './setup.mjs';

const root = path.resolve(import.meta.dirname, '..');
/** Records when each part was last built for production, in milliseconds since 1970. */
const record = path.join(root, 'dist/built.json');
/** Name of the part with the type declarations of the module `polysemanticity`. */
const TYPES = 'types';
/** All inputs of the bundles. */
const SOURCES = ['src', 'test/vscode', 'scripts', 'webpack.config.js', 'package-lock.json'];

/** Builds the kernel and the named parts, by default all of them. */
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

/** Builds the kernel, and those of the named parts that are older than the sources. */
export function bringUpToDate(names) {
  setup();
  buildKernel();
  if (names.length === 0) return;
  const times = read();
  const newest = newestOf(SOURCES.map((name) => path.join(root, name)));
  const stale = names.filter((name) => !(times[name] > newest));
  if (stale.length > 0) build(stale);
}

/** Marks everything in dist/ as stale, after a build for development. */
export function forgetBuilds() {
  write({});
}

/** The names of all parts of dist/. */
export function allBundles() {
  const configurations = createRequire(import.meta.url)('../webpack.config.js')();
  return [...configurations.map(({ name }) => name), TYPES];
}

/** The latest modification of these files and folders. A folder is modified when a file in it is added or removed. */
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
    // Nothing was built yet, or the record is damaged: build everything.
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
