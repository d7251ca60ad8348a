import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

const ROOT = path.resolve(__dirname, '../..');
const NEEDS = pathToFileURL(path.join(ROOT, 'scripts/needs.mjs')).href;
const ALL = ['cli', 'worker', 'engine', 'kernel', 'watch', 'polysemanticity', 'extension'].concat([
  'pages/matrix',
  'renderer',
  'types',
]);

/** What each of these tests needs. */
function bundlesFor(files: readonly string[]): string[][] {
  const code = `
    import { bundlesFor } from ${JSON.stringify(NEEDS)};
    const needed = ${JSON.stringify(files)}.map((file) => bundlesFor([file], ${JSON.stringify(ALL)}));
    console.log(JSON.stringify(needed));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    encoding: 'utf8',
  });
  assert.equal(stderr, '');
  return JSON.parse(stdout) as string[][];
}

describe('a test needs', () => {
  it('no bundle in the core, and elsewhere those that it starts or shows', () => {
    const [core, notebook, activation, page, suite] = bundlesFor([
      'test/core/random/streams.test.ts',
      'test/node/notebook/examples.test.ts',
      'test/extension/activation.test.ts',
      'test/pages/matrix.test.ts',
      'test/vscode/tree.test.ts',
    ]);
    assert.deepEqual(core, []);
    assert.deepEqual(notebook, ALL.slice(0, 6));
    assert.deepEqual(activation, ALL);
    assert.deepEqual(page, ['pages/matrix', 'renderer']);
    assert.deepEqual(suite, ALL);
  });

  it('nothing that is built, for nearly all unit tests', () => {
    const files = ts.sys
      .readDirectory(path.join(ROOT, 'test'), ['.test.ts'], ['pages', 'vscode', 'e2e'])
      .map((file) => path.relative(ROOT, file));
    assert.ok(files.length > 150);
    const building = bundlesFor(files).filter((needed) => needed.length > 0);
    assert.ok(building.length < 10, `${building.length} of ${files.length} unit tests build`);
  });
});

interface Launch {
  readonly configurations: readonly { readonly name: string; readonly preLaunchTask: string }[];
}
interface Tasks {
  readonly tasks: readonly {
    readonly label: string;
    readonly script?: string;
    readonly args?: readonly string[];
    readonly problemMatcher: { readonly background?: Readonly<Record<string, string>> };
  }[];
}

describe('.vscode', () => {
  const json = <T>(name: string): T => JSON.parse(readFileSync(path.join(ROOT, name), 'utf8')) as T;
  const { configurations } = json<Launch>('.vscode/launch.json');
  const { tasks } = json<Tasks>('.vscode/tasks.json');

  it('starts the lab with F5, which takes the first entry, and debugs the open test', () => {
    assert.deepEqual(
      configurations.map(({ name }) => name),
      ['Lab on examples/', 'Test file that is open'],
    );
  });

  it('names programs, tasks and scripts that exist', () => {
    const { scripts } = json<{ scripts: Record<string, string> }>('package.json');
    for (const { preLaunchTask } of configurations) {
      assert.ok(
        tasks.some(({ label }) => label === preLaunchTask),
        preLaunchTask,
      );
    }
    for (const { script } of tasks) assert.ok(script === undefined || script in scripts, script);
    const text = JSON.stringify([configurations, tasks]);
    const named = [
      ...text.matchAll(/"(?:\$\{workspaceFolder\}\/)?((?:scripts|examples|node_modules)[\w./]*)"/g),
    ];
    assert.ok(named.length >= 3);
    for (const [, file] of named) assert.ok(existsSync(path.join(ROOT, file)), file);
  });

  it('knows by what `npm run dev` prints when it is done', () => {
    const background = tasks.find(({ script }) => script === 'dev')?.problemMatcher.background;
    const dev = readFileSync(path.join(ROOT, 'scripts/dev.mjs'), 'utf8');
    const printed = [...dev.matchAll(/console\.log\([`'](dev: [^`']*)/g)].map(([, line]) => line);
    assert.equal(
      printed.filter((line) => new RegExp(background?.beginsPattern ?? '$.').test(line)).length,
      1,
    );
    // The line says `ready` or `FAILED` by an expression.
    const ends = ['ready', 'FAILED'].map(
      (word) => printed.at(-1)?.replace(/\$\{.*?\}/, word) ?? '',
    );
    for (const line of ends) assert.match(line, new RegExp(background?.endsPattern ?? '$.'));
  });
});
