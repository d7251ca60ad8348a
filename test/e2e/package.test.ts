import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { bundledPackages } from '../../scripts/notices';
import { root } from '../../scripts/editor/paths';
import { packageExtension, type ExtensionPackage } from '../../scripts/package';

const MAX_SIZE = 3_000_000;

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

  it('is smaller than 3 MB', () => {
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

  it('shows the pictures of the README from within: VS Code shows none of a path', () => {
    const page = text('extension/readme.md');
    const pictures = [...page.matchAll(/!\[[^\]]*\]\(([^)]*)\)/g)].map(([, source]) => source);
    const original = readFileSync(path.join(root, 'README.md'), 'utf8');
    const files = [...original.matchAll(/!\[[^\]]*\]\(([^)]*)\)/g)].map(([, file]) => file);
    assert.ok(files.length >= 2);
    const sources = files.map((file) => {
      const bytes = readFileSync(path.join(root, file));
      return `data:image/png;base64,${bytes.toString('base64')}`;
    });
    assert.deepEqual(pictures, sources);
  });

  it('contains the licence of every bundled package', () => {
    const notices = text('extension/dist/ThirdPartyNotices.txt');
    const packages = bundledPackages();
    assert.ok(packages.includes('@tensorflow/tfjs-core'));
    for (const name of packages) assert.ok(notices.includes(`\n${name} `), name);
  });
});
