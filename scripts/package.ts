import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
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
  picturesOf,
} from './manifest';
import { thirdPartyNotices } from './notices';

/*
 * npm run package: builds what has changed, creates the .vsix of the extension for all platforms, and lists what is
 * missing to publish it.
 *
 *   npm run package -- --target linux-x64     the .vsix for this platform, which contains the native kernel as well
 */

/** A packaged extension (.vsix). */
export interface ExtensionPackage {
  readonly file: string;
  /** Bytes of the package. */
  readonly size: number;
  /** The files in it, with their uncompressed sizes. */
  readonly entries: readonly { readonly name: string; readonly size: number }[];
}

/** Where {@link packageExtension} puts the package. */
function packageFile(folder: string, target: string | undefined): string {
  const { name, version } = readManifest();
  const platform = target === undefined ? '' : `-${target}`;
  return path.join(folder, `${name}-${version}${platform}.vsix`);
}

/**
 * The native kernel of a platform, below the repository.
 * @throws Error where it has not been built
 */
function nativeKernelOf(target: string): string {
  const file = `dist/native/kernel-${target}.node`;
  if (existsSync(path.join(root, file))) return file;
  throw new Error(
    `${file} is missing: npm run build makes the native kernel of the machine it runs on, where there is a C compiler; without --target the package has none and works everywhere`,
  );
}

/** Files and folders that may contain files to ship. .vscodeignore selects which of them are shipped. */
const STAGED = [
  '.vscodeignore',
  'package.json',
  'package.nls.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'dist',
  'examples',
  'l10n',
  'media',
  'schemas',
];

/**
 * Packages dist/ and the other files that .vscodeignore selects. Pictures of the README come from the repository
 * where its host serves them, and lie in the package otherwise. Needs no network.
 * @param target the platform whose native kernel it contains, in the words of VS Code; without it, it has none
 */
export function packageExtension(
  folder = root,
  target?: string,
  own = readManifest(),
): ExtensionPackage {
  const file = packageFile(folder, target);
  const native = target === undefined ? undefined : nativeKernelOf(target);
  writeFileSync(path.join(root, 'dist/ThirdPartyNotices.txt'), thirdPartyNotices());
  // vsce visits every file below its folder, of which the repository has a hundred thousand.
  const stage = mkdtempSync(path.join(os.tmpdir(), 'polysemanticity-package-'));
  try {
    const manifest = withAddresses(own);
    const isHosted = hostKeepsFiles(own);
    const pages = readdirSync(path.join(root, 'docs')).filter((name) => name.endsWith('.md'));
    const pictures = isHosted ? [] : picturesOf(readFileSync(path.join(root, 'README.md'), 'utf8'));
    for (const name of [...STAGED, ...pages.map((page) => path.join('docs', page)), ...pictures]) {
      if (!existsSync(path.join(root, name))) continue;
      cpSync(path.join(root, name), path.join(stage, name), { recursive: true });
    }
    rmSync(path.join(stage, 'dist/native'), { recursive: true, force: true });
    if (native !== undefined) cpSync(path.join(root, native), path.join(stage, native));
    writeFileSync(path.join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    // All libraries are in the bundles.
    const options = ['--no-dependencies', ...(target === undefined ? [] : ['--target', target])];
    if (!isHosted) options.push('--allow-missing-repository', '--no-rewrite-relative-links');
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

/** Adds the TypeScript server plugin: it has to be in node_modules, which vsce leaves out. */
function addServerPlugin(file: string): void {
  const name = 'node_modules/polysemanticity-cells/index.js';
  const entries = unzipSync(readFileSync(file));
  entries[`extension/${name}`] = readFileSync(path.join(root, name));
  writeFileSync(file, zipSync(entries, { level: 9 }));
}

/** Reads the contents of a package. */
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

/** The platform that the arguments name. */
function targetOf(args: readonly string[]): string | undefined {
  const [option, target, ...more] = args;
  if (option === undefined) return undefined;
  if (option === '--target' && target && more.length === 0) return target;
  throw new Error(`unknown arguments ${args.join(' ')}; known here: --target PLATFORM`);
}

if (require.main === module) {
  try {
    print(packageExtension(root, targetOf(process.argv.slice(2))));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
