import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

type Files = Readonly<Record<string, string>>;
interface ReleaseOptions {
  readonly date: string;
  readonly pack: (folder: string) => void;
  readonly dryRun?: boolean;
  readonly say?: (line: string) => void;
}
interface ReleaseScript {
  readonly release: (folder: string, version: string, options: ReleaseOptions) => void;
  readonly releasedFiles: (files: Files, version: string | undefined, date: string) => Files;
}

const ROOT = path.resolve(__dirname, '../..');
const NAMES = ['package.json', 'package-lock.json', 'CHANGELOG.md'];
/** The files of the project as they were before a release of 0.2.0. */
const ORIGINAL: Files = {
  'package.json': original('package.json'),
  'package-lock.json': original('package-lock.json'),
  'CHANGELOG.md':
    '# Changelog\n\n## Unreleased\n\n- Something new.\n\n## 0.1.0 (2029-01-01)\n\n- Old.\n',
};
const DATE = '2030-12-31';

function original(name: string): string {
  const text = readFileSync(path.join(ROOT, name), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return text.replaceAll(`"version": "${version}"`, '"version": "0.1.0"');
}

describe('npm run release', () => {
  let script: ReleaseScript;
  let folder = '';
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  const now = (): Files =>
    Object.fromEntries(NAMES.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
  const pack = (where: string): void => writeFileSync(path.join(where, 'made.vsix'), 'package');

  before(async () => {
    script = (await import(
      pathToFileURL(path.join(ROOT, 'scripts/release.mjs')).href
    )) as ReleaseScript;
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'polysemanticity-release-'));
    git('init', '--quiet');
    git('config', 'user.name', 'Someone');
    git('config', 'user.email', 'someone@example.invalid');
    for (const name of NAMES) writeFileSync(path.join(folder, name), ORIGINAL[name]);
    writeFileSync(path.join(folder, '.gitignore'), '*.vsix\n');
    git('add', '.');
    git('commit', '--quiet', '--message', 'Begin');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('sets the version everywhere, dates the changelog, packages, commits and tags', () => {
    script.release(folder, '0.2.0', { date: DATE, pack, say: () => undefined });
    const files = now();
    const manifest = JSON.parse(files['package.json']) as { version: string };
    const lock = JSON.parse(files['package-lock.json']) as {
      version: string;
      packages: Record<string, { version: string }>;
    };
    assert.deepEqual(
      [manifest.version, lock.version, lock.packages[''].version],
      Array(3).fill('0.2.0'),
    );
    assert.match(files['CHANGELOG.md'], /^## 0\.2\.0 \(2030-12-31\)$/m);
    assert.equal(git('status', '--porcelain'), '');
    assert.equal(git('describe', '--tags'), 'v0.2.0');
    assert.ok(git('log', '-1', '--format=%b').length > 20);
    assert.deepEqual(git('show', '--name-only', '--format=').split('\n').sort(), [...NAMES].sort());
    assert.ok(existsSync(path.join(folder, 'made.vsix')));
  });

  it('changes nothing else in these files', () => {
    const files = script.releasedFiles(ORIGINAL, '9.8.7', DATE);
    const [manifest, lock] = ['package.json', 'package-lock.json'];
    assert.equal(files[manifest].replace('"9.8.7"', '"0.1.0"'), ORIGINAL[manifest]);
    // Its own version twice; those of packages stay.
    assert.equal(files[lock].replaceAll('"9.8.7"', '"0.1.0"'), ORIGINAL[lock]);
  });

  it('changes nothing in a dry run', () => {
    const said: string[] = [];
    script.release(folder, '0.2.0', {
      date: DATE,
      pack: () => assert.fail('packaged'),
      dryRun: true,
      say: (line) => said.push(line),
    });
    assert.deepEqual(now(), ORIGINAL);
    assert.deepEqual([git('tag'), git('rev-list', '--count', 'HEAD')], ['', '1']);
    assert.match(
      said.join('\n'),
      /package\.json, package-lock\.json, CHANGELOG\.md.*0\.2\.0.*2030-12-31/,
    );
    assert.match(said.join('\n'), /tag v0\.2\.0/);
  });

  it('undoes what it began when the package cannot be made', () => {
    const failing = (): never => {
      throw new Error('no package');
    };
    const call = (): void => script.release(folder, '0.2.0', { date: DATE, pack: failing });
    assert.throws(call, /no package/);
    assert.deepEqual(now(), ORIGINAL);
    assert.deepEqual([git('status', '--porcelain'), git('tag')], ['', '']);
  });

  it('refuses a working tree with changes, of files that are tracked or not', () => {
    const attempt = (dryRun: boolean) => () =>
      script.release(folder, '0.2.0', { date: DATE, pack, dryRun });
    writeFileSync(path.join(folder, 'new.txt'), 'x');
    for (const dryRun of [true, false]) assert.throws(attempt(dryRun), /has changes.*\n.*new\.txt/);
    rmSync(path.join(folder, 'new.txt'));
    writeFileSync(path.join(folder, 'package.json'), `${ORIGINAL['package.json']}\n`);
    for (const dryRun of [true, false]) assert.throws(attempt(dryRun), /package\.json/);
    assert.equal(git('tag'), '');
  });

  it('refuses a tag that exists', () => {
    git('tag', 'v0.2.0');
    assert.throws(
      () => script.release(folder, '0.2.0', { date: DATE, pack }),
      /tag v0\.2\.0 exists/,
    );
  });

  it('refuses invalid or older versions, and an empty changelog', () => {
    const refused = (version: string | undefined, reason: RegExp, changelog?: string): void => {
      const files = changelog === undefined ? ORIGINAL : { ...ORIGINAL, 'CHANGELOG.md': changelog };
      assert.throws(() => script.releasedFiles(files, version, DATE), reason);
    };
    refused(undefined, /three numbers/);
    refused('v1.2.3', /three numbers/);
    refused('1.2', /three numbers/);
    refused('0.0.9', /not newer than/);
    refused('0.1.0', /not newer than/);
    refused('0.2.0', /no section/, '# Changelog\n\n## 0.1.0 (2029-01-01)\n\n- Old.\n');
    refused('0.2.0', /is empty/, '# Changelog\n\n## Unreleased\n\n## 0.1.0 (2029-01-01)\n');
  });

  it('gives the first release the initial version', () => {
    const changelog = '# Changelog\n\n## 0.1.0 (unreleased)\n\n- All of it.\n';
    const first = { ...ORIGINAL, 'CHANGELOG.md': changelog };
    const files = script.releasedFiles(first, '0.1.0', DATE);
    assert.equal(files['CHANGELOG.md'], changelog.replace('unreleased', DATE));
    assert.equal(files['package.json'], ORIGINAL['package.json']);
  });
});
