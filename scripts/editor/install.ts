import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { editorEnvironment, editorFolder, editorPaths } from './paths';
import {
  EditorError,
  findChromium,
  installSystemPackages,
  missingForBrowser,
  missingForBuilding,
} from './systemPackages';
import { NODE_PACKAGE, SERVER_PACKAGE } from './versions';

/** Records the installed versions. If it is missing or differs, the installation is checked or repeated. */
const STAMP = path.join(editorFolder, 'editor.json');
const EXPECTED = JSON.stringify({ node: NODE_PACKAGE.version, server: SERVER_PACKAGE.version });

/** Native modules of the server. An interrupted installation lacks some of them. */
const NATIVE_PARTS = ['kerberos', '@vscode/spdlog', '@vscode/sqlite3', '@vscode/native-watchdog'];

/**
 * Installs a VS Code server and a browser for the tests, unless they are installed. Needs the npm registry, and apt
 * for system packages.
 *
 * @throws {EditorError} with instructions, if system packages are missing and cannot be installed
 */
export function ensureEditor(): void {
  ensureBrowser();
  ensureServer();
}

/** Installs the VS Code server, unless it is installed. Throws like {@link ensureEditor}. */
export function ensureServer(): void {
  if (stamp() === EXPECTED && existsSync(editorPaths.server)) return;
  if (!isComplete()) install();
  writeFileSync(STAMP, EXPECTED);
}

/** Installs Chromium, unless it is installed. @returns its path */
export function ensureBrowser(): string {
  installSystemPackages(missingForBrowser(), say);
  const chromium = findChromium();
  if (chromium === undefined) throw new EditorError('Chromium was installed but is not on PATH');
  return chromium;
}

function install(): void {
  const started = performance.now();
  say(`installing VS Code ${SERVER_PACKAGE.name}@${SERVER_PACKAGE.version} into .vscode-test`);
  say('(740 MB, once; some three minutes, ten on a busy machine)');
  installSystemPackages(missingForBuilding(), say);
  mkdirSync(editorFolder, { recursive: true });
  rmSync(STAMP, { force: true });
  // Start afresh, because npm takes an interrupted installation for a complete one.
  rmSync(path.join(editorFolder, 'node_modules'), { recursive: true, force: true });
  rmSync(path.join(editorFolder, 'package-lock.json'), { force: true });
  writeFileSync(path.join(editorFolder, 'package.json'), '{ "private": true }\n');
  for (const wanted of [NODE_PACKAGE, SERVER_PACKAGE]) {
    say(`npm install ${wanted.name}@${wanted.version}`);
    npmInstall(wanted);
  }
  const trouble = findTrouble();
  if (trouble !== undefined) throw new EditorError(`the VS Code server does not run:\n${trouble}`);
  say(`installed in ${((performance.now() - started) / 1000).toFixed(0)} s`);
}

function npmInstall({ name, version }: { readonly name: string; readonly version: string }): void {
  const args = ['install', '--save-exact', '--ignore-scripts=false', '--no-audit', '--no-fund'];
  const result = spawnSync('npm', [...args, '--loglevel=error', `${name}@${version}`], {
    cwd: editorFolder,
    // If npm runs this script, its user agent names another Node, which the server's installer would use.
    env: { ...editorEnvironment(), ...buildEnvironment(), npm_config_user_agent: undefined },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  if (result.status === 0) return;
  const told = `${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`;
  throw new EditorError(`npm could not install ${name}@${version}:\n${lastLines(told)}`);
}

/**
 * Uses the headers of the running Node, so that none have to be downloaded. Any version works, because the native
 * modules use Node-API.
 */
function buildEnvironment(): NodeJS.ProcessEnv {
  const prefix = path.resolve(path.dirname(process.execPath), '..');
  const headers = path.join(prefix, 'include/node/node_api.h');
  return existsSync(headers) ? { npm_config_nodedir: prefix } : {};
}

function isComplete(): boolean {
  return existsSync(editorPaths.server) && findTrouble() === undefined;
}

/** The problem with the installation; undefined if there is none. */
function findTrouble(): string | undefined {
  if (installedVersion('code-server') !== SERVER_PACKAGE.version)
    return 'another version is installed';
  if (installedVersion('node') !== NODE_PACKAGE.version)
    return 'another version of Node is installed';
  const probe = `for (const name of ${JSON.stringify(NATIVE_PARTS)}) require(name)`;
  return (
    failure(['-e', probe], editorPaths.vscode) ??
    failure([editorPaths.server, '--version'], editorPaths.vscode)
  );
}

function failure(args: readonly string[], cwd: string): string | undefined {
  const result = spawnSync(editorPaths.node, args, { cwd, encoding: 'utf8' });
  if (result.status === 0) return undefined;
  return lastLines(`${result.stderr ?? ''}${result.error?.message ?? ''}`);
}

function installedVersion(name: string): unknown {
  const file = path.join(editorFolder, 'node_modules', name, 'package.json');
  const manifest = readIfThere(file);
  return manifest === undefined
    ? undefined
    : (JSON.parse(manifest) as { version?: unknown }).version;
}

function stamp(): string | undefined {
  return readIfThere(STAMP);
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-12).join('\n');
}

function say(text: string): void {
  console.log(`editor: ${text}`);
}
