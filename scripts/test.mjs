// npm test: installs packages, builds, checks types, lint and format, and runs every kind of test. The last line has
// the totals. With arguments, builds only what the chosen tests need and what is out of date.
//
//   npm test                                  everything
//   npm test -- --unit --pages                some kinds: --unit, --pages, --vscode, --e2e, --campaign
//   npm test -- test/core/random.test.ts      some files; their folders determine the kind
//   npm test -- --grep Adam                   other options are passed to the runner (by default, of unit tests)
import { existsSync } from 'node:fs';
import { help } from './help.mjs';
import { kindOf } from './needs.mjs';
import { program, setup } from './setup.mjs';
import { Steps } from './steps.mjs';

/** Kinds of tests that mocha runs in Node. */
const MOCHA = {
  unit: {
    name: 'unit tests',
    options: ['--ignore', 'test/{pages,vscode,e2e}/**'],
    files: 'test/**/*.test.ts',
  },
  pages: { name: 'page tests', options: [], files: 'test/pages/**/*.test.ts' },
  e2e: {
    name: 'end-to-end tests in VS Code',
    options: ['--timeout', '180000'],
    files: 'test/e2e/**/*.test.ts',
  },
};
const KINDS = ['unit', 'pages', 'campaign', 'vscode', 'e2e'];
/** Long enough for each campaign to do some work, short enough for every test run. */
const CAMPAIGN_SECONDS = '60';

help(import.meta.filename);
const args = process.argv.slice(2);
const files = args.filter((argument) => argument.endsWith('.test.ts'));
for (const file of files.filter((name) => !existsSync(name))) {
  console.error(`there is no test ${file}`);
  process.exit(1);
}
const named = KINDS.filter(
  (kind) => args.includes(`--${kind}`) || files.some((file) => kindOf(file) === kind),
);
const options = args.filter(
  (argument) => !files.includes(argument) && !KINDS.includes(argument.replace(/^--/, '')),
);
const kinds = named.length > 0 ? named : args.length > 0 ? ['unit'] : KINDS;

const steps = new Steps();
const node = process.execPath;
const tsx = ['--import', 'tsx'];

/** Build everything for all tests, stale parts for some kinds, and stale parts that the tests need for single files. */
const needed =
  args.length === 0
    ? []
    : named.every((kind) => !args.includes(`--${kind}`)) && files.length > 0
      ? ['--for', ...files]
      : ['--stale'];

setup();
if (await steps.check('build', node, ['scripts/build.mjs', ...needed])) {
  if (args.length === 0) await checks();
  for (const kind of kinds) await test(kind);
}
steps.close();

async function checks() {
  await steps.check('types', node, ['scripts/typecheck.mjs']);
  await steps.check('lint', program('eslint'), ['.', '--max-warnings', '0']);
  await steps.check('format', program('prettier'), ['--check', '--log-level', 'warn', '.']);
}

async function test(kind) {
  const ofKind = files.filter((file) => kindOf(file) === kind);
  // Install the browser and the editor. If that fails, the tests fail with a message.
  if (kind === 'pages')
    await steps.check('browser', node, [...tsx, 'scripts/editor/main.ts', 'browser']);
  if (kind === 'e2e' || kind === 'vscode') {
    await steps.check('editor', node, [...tsx, 'scripts/editor/main.ts']);
  }
  if (kind === 'campaign') {
    const seconds = ['--seconds', CAMPAIGN_SECONDS];
    await steps.tests('a minute of the campaign', node, [...tsx, 'campaign/main.ts', ...seconds]);
    return;
  }
  if (kind === 'vscode') {
    const chosen = ofKind.flatMap((file) => ['--file', file.replace(/^.*\//, '')]);
    await steps.tests('suites inside VS Code', node, [
      ...[...tsx, 'test/vscode/runner/main.ts'],
      ...[...chosen, ...options],
    ]);
    return;
  }
  const { name, options: own, files: all } = MOCHA[kind];
  const chosen = ofKind.length > 0 ? ofKind : [all];
  await steps.tests(name, program('mocha'), [...own, ...options, ...chosen]);
}
