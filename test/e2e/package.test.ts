import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { bundledPackages } from '../../scripts/notices';
import { root } from '../../scripts/editor/paths';
import { picturesOf, readManifest } from '../../scripts/manifest';
import { packageExtension, type ExtensionPackage } from '../../scripts/package';

const MAX_SIZE = 3_500_000;

/** The files that the package may contain. */
const ALLOWED = [
  /^extension\.vsixmanifest$/,
  /^\[Content_Types\]\.xml$/,
  /^extension\/(package(\.nls(\.[\w-]+)?)?\.json|readme\.md|changelog\.md|LICENSE\.txt)$/,
  /^extension\/dist\/[\w.]+\.js$/,
  /^extension\/node_modules\/polysemanticity-cells\/index\.js$/,
  /^extension\/dist\/ThirdPartyNotices\.txt$/,
  /^extension\/dist\/pages\/\w+\.(js|css)$/,
  /^extension\/dist\/types\/.+\.d\.ts$/,
  /^extension\/(docs\/\w+\.md|schemas\/[\w.]+\.json|l10n\/[\w.-]+\.json)$/,
  /^extension\/examples\/\w+\/(README\.md|experiment\.json|[\w-]+\.experiment)$/,
  /^extension\/docs\/images\/\w+\.png$/,
  /^extension\/media\/.+\.(svg|png|md)$/,
];

describe('the package of the extension', () => {
  let created: ExtensionPackage;
  let contents: Record<string, Uint8Array>;

  before(function () {
    this.timeout(120_000);
    created = packageExtension(path.join(root, '.vscode-test'));
    contents = unzipSync(readFileSync(created.file));
  });

  const text = (name: string): string => Buffer.from(contents[name] ?? []).toString('utf8');

  it('is smaller than 3.5 MB', () => {
    assert.ok(created.size < MAX_SIZE, `${created.size} bytes`);
  });

  it('contains no unexpected files', () => {
    const unexpected = created.entries
      .map(({ name }) => name)
      .filter((name) => !ALLOWED.some((pattern) => pattern.test(name)));
    assert.deepEqual(unexpected, []);
  });

  it('has the native kernel where it is for one platform, and only then', function () {
    const platform = `${process.platform}-${process.arch}`;
    const native = `dist/native/kernel-${platform}.node`;
    const nativeFiles = ({ entries }: ExtensionPackage): string[] =>
      entries.map(({ name }) => name).filter((name) => name.endsWith('.node'));
    assert.deepEqual(nativeFiles(created), []);
    if (!existsSync(path.join(root, native))) this.skip();
    const folder = path.join(root, '.vscode-test');
    assert.deepEqual(nativeFiles(packageExtension(folder, platform)), [`extension/${native}`]);
    assert.throws(
      () => packageExtension(folder, 'plan9-mips'),
      /kernel-plan9-mips\.node is missing/,
    );
  });

  it('contains no path of the machine that built it', () => {
    const leaking = Object.keys(contents).filter((name) => text(name).includes(root));
    assert.deepEqual(leaking, []);
  });

  it('contains every file that the manifest names', () => {
    const manifest = text('extension/package.json');
    const { main, icon } = JSON.parse(manifest) as { main: string; icon: string };
    const named = manifest.matchAll(/"(?:\.\/)?((?:media|dist|schemas|l10n)\/[^"*]+\.\w+)"/g);
    const missing = [main, icon, ...[...named].map(([, file = '']) => file)].filter(
      (file) => !(`extension/${file}` in contents),
    );
    assert.deepEqual(missing, []);
  });

  it('contains the chunks that programs load on demand', () => {
    const programs = Object.keys(contents).filter((name) =>
      /^extension\/dist\/\w+\.js$/.test(name),
    );
    // Webpack composes the names of chunks like "worker." + chunkId + ".js".
    const prefixes = programs.flatMap((program) =>
      [...text(program).matchAll(/=> \("([\w.]+)" \+ chunkId/g)].map(([, prefix = '']) => prefix),
    );
    assert.ok(prefixes.includes('worker.'));
    for (const prefix of prefixes) {
      const part = new RegExp(`^extension/dist/${prefix}\\d+\\.js$`);
      assert.ok(
        Object.keys(contents).some((name) => part.test(name)),
        prefix,
      );
    }
  });

  it('has the pictures of its README where the README looks for them', () => {
    const pictures = picturesOf(text('extension/readme.md'));
    assert.deepEqual(pictures, picturesOf(readFileSync(path.join(root, 'README.md'), 'utf8')));
    assert.ok(pictures.length >= 2);
    for (const file of pictures) {
      assert.deepEqual(
        Buffer.from(contents[`extension/${file}`]),
        readFileSync(path.join(root, file)),
      );
    }
  });

  it('takes them from the repository, once there is one', function () {
    this.timeout(120_000);
    const hosted = mkdtempSync(path.join(tmpdir(), 'polysemanticity-hosted-'));
    try {
      const manifest = { ...readManifest(), repository: 'github:someone/lab' };
      const { file, entries } = packageExtension(hosted, undefined, manifest);
      assert.ok(!entries.some(({ name }) => name.includes('docs/images/')));
      const inside = unzipSync(readFileSync(file));
      const page = Buffer.from(inside['extension/readme.md']).toString('utf8');
      assert.deepEqual(picturesOf(page), []);
      assert.ok(page.includes('(https://github.com/someone/lab/raw/HEAD/docs/images/matrix.png)'));
      const shipped = Buffer.from(inside['extension/package.json']).toString('utf8');
      const { bugs, homepage } = JSON.parse(shipped) as Record<string, unknown>;
      assert.deepEqual(bugs, { url: 'https://github.com/someone/lab/issues' });
      assert.equal(homepage, 'https://github.com/someone/lab#readme');
    } finally {
      rmSync(hosted, { recursive: true, force: true });
    }
  });

  it('contains the licence of every bundled package', () => {
    const notices = text('extension/dist/ThirdPartyNotices.txt');
    const packages = bundledPackages();
    assert.ok(packages.includes('@tensorflow/tfjs-core'));
    for (const name of packages) assert.ok(notices.includes(`\n${name} `), name);
  });
});
