// The kernel as an addon for Node, where there is a C compiler: once for each width of vectors.
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

const VARIANTS = {
  x64: {
    sse4: ['-msse4.2', '-mpopcnt'],
    avx2: ['-mavx2', '-mpopcnt'],
    avx512: [
      '-mavx512f',
      '-mavx512dq',
      '-mavx512bw',
      '-mavx512vl',
      '-mpopcnt',
      '-mprefer-vector-width=512',
    ],
  },
  arm64: { neon: [] },
};
const COMPILE = [
  '-std=gnu11',
  '-O3',
  '-fPIC',
  '-fvisibility=hidden',
  '-ffp-contract=off',
  '-Wall',
  '-Wextra',
];

/** The addon's name for a platform, as in `linux-x64`. */
export const addonName = (target) => `kernel-${target}.node`;

/**
 * Builds the addon of this machine.
 * @returns undefined, or why there is none
 */
export function buildAddon({ sources, generated, headers, output }) {
  const variants = VARIANTS[process.arch];
  if (!variants || process.platform === 'win32') return 'there are none for this platform';
  const compiler = [process.env.CC, 'cc', 'gcc', 'clang'].find(
    (name) => name && spawnSync(name, ['--version']).status === 0,
  );
  if (!compiler) return 'there is no C compiler';
  const objects = `${output}.objects`;
  mkdirSync(objects, { recursive: true });
  const compile = (source, object, flags) => {
    const file = path.join(objects, object);
    const args = [...COMPILE, ...flags, `-I${generated}`, `-I${headers}`];
    return run(compiler, [...args, '-c', path.join(sources, source), '-o', file]) ?? file;
  };
  const link = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
  try {
    const files = [compile('addon.c', 'addon.o', [])];
    for (const [name, flags] of Object.entries(variants)) {
      files.push(compile('kernel.c', `${name}.o`, [...flags, `-DKERNEL=${name}`]));
    }
    const shared = path.join(objects, 'kernel.node');
    run(compiler, ['-shared', '-o', shared, ...files, ...link]);
    // A process that has the old one loaded keeps it.
    renameSync(shared, output);
    return undefined;
  } catch (error) {
    return `${compiler} cannot build it: ${firstError(error.message)}`;
  } finally {
    rmSync(objects, { recursive: true, force: true });
  }
}

const firstError = (text) =>
  text.split('\n').find((line) => line.includes('error')) ?? text.trim().split('\n')[0];

function run(compiler, args) {
  const { status, stderr } = spawnSync(compiler, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr || `it ended with code ${status}`);
}
