import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';

/*
 * Installs what npm cannot install: a browser, and the tools that compile the native modules of the VS Code server.
 */

/** Something is missing that cannot be installed automatically. The message says what the user has to do. */
export class EditorError extends Error {
  override readonly name = 'EditorError';
}

const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const CHROMIUM_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Path of Chromium: `POLYSEMANTICITY_CHROMIUM` if set, else the installed one; undefined if there is none. */
export function findChromium(): string | undefined {
  const named = process.env.POLYSEMANTICITY_CHROMIUM;
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named;
    throw new EditorError(`POLYSEMANTICITY_CHROMIUM names ${named}, which does not exist`);
  }
  return firstDefined(CHROMIUM_NAMES.map(findProgram)) ?? CHROMIUM_PLACES.find(existsSync);
}

/** The Debian packages that are missing for a browser. */
export function missingForBrowser(): string[] {
  return findChromium() === undefined ? ['chromium', 'fonts-dejavu-core'] : [];
}

/** The Debian packages that are missing to compile the server's native modules. */
export function missingForBuilding(): string[] {
  return [
    ...(existsSync('/usr/include/gssapi.h') ? [] : ['libkrb5-dev']),
    ...(findProgram('g++') && findProgram('make') ? [] : ['build-essential']),
    ...(findProgram('python3') ? [] : ['python3']),
  ];
}

/** Installs packages with apt, as root or through sudo. @throws {EditorError} if it cannot */
export function installSystemPackages(names: readonly string[], say: (text: string) => void): void {
  if (names.length === 0) return;
  const list = names.join(' ');
  const byHand = `install ${list} (Debian and Ubuntu: apt-get install ${list}) and start again`;
  if (process.platform !== 'linux' || findProgram('apt-get') === undefined) {
    throw new EditorError(`${list} missing, and this machine has no apt: ${byHand}`);
  }
  const prefix = privilege();
  if (prefix === undefined) {
    throw new EditorError(`${list} missing, and neither root nor sudo may install it: ${byHand}`);
  }
  say(`apt-get install ${list}${prefix.length > 0 ? ', through sudo' : ''}`);
  const environment = ['env', 'DEBIAN_FRONTEND=noninteractive'];
  const apt = (...args: string[]): boolean => {
    const [command = '', ...rest] = [...prefix, ...environment, 'apt-get', '-q', ...args];
    return spawnSync(command, rest, { stdio: ['inherit', 'ignore', 'inherit'] }).status === 0;
  };
  // Update the package lists first, because old ones may be stale. Without a network, try the old ones.
  if (!apt('update')) say('apt-get update failed: trying with the lists that are there');
  if (!apt('install', '-y', '--no-install-recommends', ...names)) {
    throw new EditorError(`apt-get could not install ${list}: ${byHand}`);
  }
}

/** The prefix of a command that needs root; undefined if root is not available. */
function privilege(): string[] | undefined {
  if (process.getuid?.() === 0) return [];
  if (findProgram('sudo') === undefined) return undefined;
  // Without a terminal, the user cannot type a password.
  const sudo = process.stdin.isTTY ? ['sudo'] : ['sudo', '-n'];
  const [command = '', ...args] = [...sudo, 'true'];
  return spawnSync(command, args, { stdio: 'inherit' }).status === 0 ? sudo : undefined;
}

/** Finds a program on PATH. */
export function findProgram(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function firstDefined<T>(values: readonly (T | undefined)[]): T | undefined {
  return values.find((value) => value !== undefined);
}
