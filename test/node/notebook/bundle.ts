import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

const SOURCES = path.resolve(__dirname, '../../../src');

let bundle: Promise<string> | undefined;

/**
 * A kernel's bundle, with the programs that stand beside it: kernels are tested as they are shipped, and
 * start ten times as fast as from their sources. Built once for all suites.
 * @returns path of `kernel.js`
 */
export function kernelBundle(): Promise<string> {
  bundle ??= makeBundle();
  return bundle;
}

async function makeBundle(): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'polysemanticity-kernel-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await build({
    entryPoints: {
      kernel: path.join(SOURCES, 'node/notebook/kernel/main.ts'),
      watch: path.join(SOURCES, 'node/notebook/kernel/watch.ts'),
      polysemanticity: path.join(SOURCES, 'api/index.ts'),
      worker: path.join(SOURCES, 'node/compute/pool/worker.ts'),
    },
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['@tensorflow/tfjs-node'],
    logLevel: 'error',
  });
  return path.join(folder, 'kernel.js');
}
