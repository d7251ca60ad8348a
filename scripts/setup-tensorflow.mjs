// npm run setup:tensorflow: makes @tensorflow/tfjs-node usable, in the ordinary way first, and where
// its storage host cannot be reached from the TensorFlow of Python's package index. Says what it did.
// With --if-possible a failure is told and forgiven: the engine then runs on plain JavaScript.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setup } from './setup.mjs';

const root = path.resolve(import.meta.dirname, '..');
const packageFolder = path.join(root, 'node_modules', '@tensorflow', 'tfjs-node');
const bindingFolder = path.join(packageFolder, 'lib', 'napi-v8');
const forgiving = process.argv.includes('--if-possible');
/** The ordinary installer waits long for a host that does not answer. */
const INSTALLER_TIMEOUT_MS = 5 * 60_000;

class SetupError extends Error {}

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

/** Whether tfjs-node loads and computes, in a process of its own: a broken binding may crash it. */
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
  say(
    `that did not work: ${lastLines(output || state.output)
      .split('\n')
      .at(-1)}`,
  );
  return false;
}

/** TensorFlow's libraries and headers from its wheel, the binding compiled from the package's source. */
function installFromWheel() {
  if (process.platform !== 'linux') {
    throw new SetupError('building from the Python wheel is only known to work on Linux');
  }
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'polysemanticity-tensorflow-'));
  try {
    say('fetching the wheel of tensorflow-cpu (about 270 MB)');
    mustRun('python3', [
      ...['-m', 'pip', 'download', '--no-deps', '--quiet', '--disable-pip-version-check'],
      ...['--dest', temporary, 'tensorflow-cpu'],
    ]);
    const wheel = readdirSync(temporary).find((name) => name.endsWith('.whl'));
    if (!wheel) throw new SetupError('pip fetched no wheel of tensorflow-cpu');
    say(`unpacking ${wheel}`);
    mustRun('python3', ['-m', 'zipfile', '-e', path.join(temporary, wheel), temporary]);
    const tensorflow = path.join(temporary, 'tensorflow');
    const libraries = path.join(packageFolder, 'deps', 'lib');
    mkdirSync(libraries, { recursive: true });
    for (const library of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']) {
      copyFileSync(path.join(tensorflow, library), path.join(libraries, library));
    }
    const include = path.join(packageFolder, 'deps', 'include');
    cpSync(path.join(tensorflow, 'include'), include, { recursive: true });
    compileBinding(libraries, include);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
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
  mkdirSync(bindingFolder, { recursive: true });
  mustRun('g++', [
    ...['-std=c++17', '-O2', '-fPIC', '-shared'],
    `-I${packageFolder}`,
    `-I${include}`,
    `-I${node}`,
    path.join(packageFolder, 'binding', 'tfjs_backend.cc'),
    path.join(packageFolder, 'binding', 'tfjs_binding.cc'),
    `-L${libraries}`,
    ...['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
    ...['-o', path.join(bindingFolder, 'tfjs_binding.node')],
  ]);
}

function main() {
  setup();
  if (!existsSync(packageFolder)) {
    throw new SetupError(
      '@tensorflow/tfjs-node is not installed: npm left the optional package out',
    );
  }
  if (works().ok) return say('tfjs-node works already');
  if (!ordinaryInstall()) installFromWheel();
  const state = works();
  if (!state.ok) throw new SetupError(`tfjs-node still does not load:\n${lastLines(state.output)}`);
  say('tfjs-node loads and computes');
}

try {
  main();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  if (!forgiving) process.exit(1);
  say('going on without it: the TensorFlow engine runs on plain JavaScript');
}
