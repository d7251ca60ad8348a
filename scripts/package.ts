import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { root } from './editor/paths';
import {
  hostKeepsFiles,
  publishingNeeds,
  readManifest,
  withAddresses,
  withPictures,
} from './manifest';
import { thirdPartyNotices } from './notices';

/*
 * npm run package: builds what changed, makes the one .vsix of the extension, for every platform, and says what
 * is missing for publishing it.
 */

/** A packaged extension. */
export interface ExtensionPackage {
  readonly file: string;
  /** Bytes of the package. */
  readonly size: number;
  /** The files in it, with their sizes unpacked. */
  readonly entries: readonly { readonly name: string; readonly size: number }[];
}

/** Where {@link packageExtension} puts the package, unless another folder is named. */
function packageFile(folder = root): string {
  const { name, version } = readManifest();
  return path.join(folder, `${name}-${version}.vsix`);
}

/** What may hold something to ship; .vscodeignore says what of it is shipped. */
const STAGED = [
  '.vscodeignore',
  'package.json',
  'package.nls.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'dist',
  'docs',
  'examples',
  'l10n',
  'media',
  'schemas',
];

/** Packages what is in dist/; .vscodeignore says what goes in. Needs no network. */
export function packageExtension(folder = root): ExtensionPackage {
  const file = packageFile(folder);
  writeFileSync(path.join(root, 'dist/ThirdPartyNotices.txt'), thirdPartyNotices());
  // The packager looks at every file below its folder: here it would meet a hundred thousand.
  const stage = mkdtempSync(path.join(os.tmpdir(), 'polysemanticity-package-'));
  try {
    for (const name of STAGED.filter((entry) => existsSync(path.join(root, entry)))) {
      cpSync(path.join(root, name), path.join(stage, name), { recursive: true });
    }
    const manifest = withAddresses(readManifest());
    writeFileSync(path.join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    // All libraries are in the bundles.
    const options = ['--no-dependencies'];
    if (!hostKeepsFiles(manifest)) {
      options.push('--allow-missing-repository', '--no-rewrite-relative-links');
      const readme = path.join(stage, 'README.md');
      writeFileSync(readme, withPictures(readFileSync(readme, 'utf8'), root));
    }
    const vsce = path.join(root, 'node_modules/@vscode/vsce/vsce');
    execFileSync(process.execPath, [vsce, 'package', ...options, '--out', file], {
      cwd: stage,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
  addServerPlugin(file);
  return readPackage(file);
}

/** The packager leaves out all packages, among which VS Code's TypeScript server looks for its plugin. */
function addServerPlugin(file: string): void {
  const name = 'node_modules/polysemanticity-cells/index.js';
  const entries = unzipSync(readFileSync(file));
  entries[`extension/${name}`] = readFileSync(path.join(root, name));
  writeFileSync(file, zipSync(entries, { level: 9 }));
}

/** What is in a package. */
function readPackage(file: string): ExtensionPackage {
  const entries: { name: string; size: number }[] = [];
  unzipSync(readFileSync(file), {
    filter: ({ name, originalSize }) => {
      entries.push({ name, size: originalSize });
      return false;
    },
  });
  return { file, size: statSync(file).size, entries };
}

function print({ file, size, entries }: ExtensionPackage): void {
  const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
  for (const entry of [...entries].sort((a, b) => b.size - a.size)) {
    console.log(`${kilobytes(entry.size).padStart(12)}  ${entry.name}`);
  }
  console.log(`\n${path.relative(root, file)}: ${kilobytes(size)}, ${entries.length} files`);
  const changelog = readFileSync(path.join(root, 'CHANGELOG.md'), 'utf8');
  const needs = publishingNeeds(readManifest(), changelog);
  if (needs.length > 0) {
    console.log(`\nIt installs as it is. To be published (docs/releasing.md) it still needs:`);
    for (const need of needs) console.log(`  - ${need}`);
  }
}

if (require.main === module) print(packageExtension());
