// Determines which bundles in dist/ a test needs. Tests of the core need none.
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
/** The bundles of the command line and of the processes that it starts. */
export const COMMAND_LINE = ['cli', 'worker', 'engine', 'kernel', 'watch', 'polysemanticity'];
/** A string literal, in any quotes, that names a built file. */
const BUILT = /['"`](?:\.\.\/)*(dist\b[\w/]*|bin\/polysemanticity|polysemanticity\.js)/g;

/** The kind of a test, by its folder: unit, pages, vscode or e2e. */
export function kindOf(file) {
  const place = path.relative(root, path.resolve(root, file)).split(path.sep).join('/');
  return /^test\/(pages|vscode|e2e)\//.exec(place)?.[1] ?? 'unit';
}

/**
 * The names of the bundles that tests need. Page tests need the pages, and tests in VS Code all bundles. Other tests
 * need the bundles that they, or the test files that they import, name in dist/ or start from bin/.
 * @param all names of all bundles
 */
export function bundlesFor(files, all) {
  const needed = new Set(files.flatMap((file) => bundlesOf(file, all)));
  return all.filter((name) => needed.has(name));
}

function bundlesOf(file, all) {
  const kind = kindOf(file);
  if (kind === 'vscode' || kind === 'e2e') return all;
  const pages =
    kind === 'pages' ? all.filter((name) => name.startsWith('pages/') || name === 'renderer') : [];
  return [...pages, ...[...importedBy(file)].flatMap((name) => namedIn(name, kind, all))];
}

function namedIn(file, kind, all) {
  return [...readFileSync(file, 'utf8').matchAll(BUILT)].flatMap(([, name]) => {
    if (/^(bin|polysemanticity|dist\/kernel)/.test(name)) return COMMAND_LINE;
    // Page tests name dist/pages and dist/renderer.js, which are already included.
    return kind === 'pages' ? [] : all;
  });
}

/** A test and the files that it imports, except those in src/ and scripts/, whose paths in dist/ tests override. */
function importedBy(file, found = new Set()) {
  const absolute = path.resolve(root, file);
  if (found.has(absolute) || !/^(test|campaign|bench)\b/.test(path.relative(root, absolute)))
    return found;
  found.add(absolute);
  const text = readFileSync(absolute, 'utf8');
  for (const [, target] of text.matchAll(/(?:from|import|require\()\s*\(?'(\.[^']*)'/g)) {
    const imported = resolve(path.join(path.dirname(absolute), target));
    if (imported) importedBy(imported, found);
  }
  return found;
}

function resolve(place) {
  const candidates = [place, `${place}.ts`, path.join(place, 'index.ts')];
  return candidates.find((name) => existsSync(name) && statSync(name).isFile());
}
