// npm run release -- VERSION [--dry-run]: sets the version, dates the top section of CHANGELOG.md, builds everything,
// creates the .vsix with the licences of bundled packages, commits, and tags. docs/releasing.md describes the steps
// before and after.
//
// It refuses a working tree with changes, a version that is not newer, and a changelog with nothing to release. If a
// step fails, it undoes its changes. With --dry-run, it only checks and says what it would do.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { help } from './help.mjs';
import { markSetUp, setup } from './setup.mjs';

/** A reason not to release. */
export class Refusal extends Error {}

const VERSION = /^(\d+)\.(\d+)\.(\d+)$/;
/** The heading of unreleased changes in the changelog, with or without the next version. */
const UNRELEASED = /^## (?:(\d+\.\d+\.\d+) \(unreleased\)|Unreleased)$/m;

/**
 * The contents of the files that a release changes.
 * @param files current contents by name: package.json, package-lock.json, CHANGELOG.md
 * @param date such as 2030-12-31
 */
export function releasedFiles(files, version, date) {
  const changelog = files['CHANGELOG.md'];
  const current = JSON.parse(files['package.json']).version;
  const heading = UNRELEASED.exec(changelog);
  if (!heading) {
    throw new Refusal('CHANGELOG.md has no section "## Unreleased": there is nothing to release');
  }
  if (!VERSION.test(version ?? '')) {
    throw new Refusal(
      `the version is three numbers, like 1.2.3, not ${JSON.stringify(version ?? '')}`,
    );
  }
  // The first release keeps the initial version of the project.
  const isFirst = heading[1] === version && current === version;
  if (!isFirst && !isNewer(version, current)) {
    throw new Refusal(`${version} is not newer than ${current}, the version in package.json`);
  }
  const after = changelog.slice(heading.index + heading[0].length);
  const section = after.split(/^## /m)[0].trim();
  if (section === '') throw new Refusal(`"${heading[0]}" in CHANGELOG.md is empty`);

  const lock = JSON.parse(files['package-lock.json']);
  lock.version = version;
  lock.packages[''].version = version;
  return {
    'package.json': files['package.json'].replace(
      `"version": "${current}"`,
      `"version": "${version}"`,
    ),
    'package-lock.json': `${JSON.stringify(lock, null, 2)}\n`,
    'CHANGELOG.md': changelog.replace(heading[0], `## ${version} (${date})`),
  };
}

function isNewer(version, than) {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number));
  const first = a.findIndex((part, i) => part !== b[i]);
  return first >= 0 && a[first] > b[first];
}

/**
 * Makes a release of the repository in a folder.
 * @param pack builds and packages; throws if that fails
 */
export function release(folder, version, { date, pack, dryRun = false, say = console.log }) {
  const git = (...args) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  const changes = git('status', '--porcelain');
  if (changes)
    throw new Refusal(`the working tree has changes; commit them or put them away:\n${changes}`);
  const tag = `v${version}`;
  const files = Object.fromEntries(
    ['package.json', 'package-lock.json', 'CHANGELOG.md'].map((name) => [
      name,
      readFileSync(path.join(folder, name), 'utf8'),
    ]),
  );
  const released = releasedFiles(files, version, date);
  if (git('tag', '--list', tag)) throw new Refusal(`the tag ${tag} exists already`);
  const changed = Object.keys(files).filter((name) => files[name] !== released[name]);
  if (dryRun) {
    say(`would write ${changed.join(', ')}: version ${version}, released on ${date}`);
    say('would build everything and make the .vsix, with the licences of what is in it');
    say(`would commit and tag ${tag}; nothing was changed`);
    return;
  }
  const write = (texts) => {
    for (const name of changed) writeFileSync(path.join(folder, name), texts[name]);
  };
  write(released);
  try {
    pack(folder);
    git('add', ...changed);
    const body = `The changes are in CHANGELOG.md; the package is made of this commit.`;
    git('commit', '--message', `Release ${version}`, '--message', body);
    git('tag', '--annotate', tag, '--message', `Release ${version}`);
  } catch (error) {
    git('reset', '--quiet');
    write(files);
    throw error;
  }
  say(`released ${version}: committed and tagged as ${tag}. Next: docs/releasing.md, "Publish".`);
}

/** Builds everything and creates the package. */
function makePackage(folder) {
  // In package-lock.json, only the version of the project has changed, so nothing has to be installed.
  markSetUp();
  for (const args of [['scripts/build.mjs'], ['--import', 'tsx', 'scripts/package.ts']]) {
    execFileSync(process.execPath, args, { cwd: folder, stdio: 'inherit' });
  }
}

if (import.meta.filename === process.argv[1]) {
  help(import.meta.filename);
  const args = process.argv.slice(2);
  const [version] = args.filter((argument) => !argument.startsWith('-'));
  const unknown = args.filter((argument) => argument.startsWith('-') && argument !== '--dry-run');
  try {
    if (unknown.length > 0) throw new Refusal(`unknown option ${unknown[0]}; known is --dry-run`);
    const date = new Date().toISOString().slice(0, 10);
    const dryRun = args.includes('--dry-run');
    if (!dryRun) setup();
    release(path.resolve(import.meta.dirname, '..'), version, { date, pack: makePackage, dryRun });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(`release: ${error.message}`);
    process.exitCode = 1;
  }
}
