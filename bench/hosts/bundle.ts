import { cpSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';

/** The repository. */
export const ROOT = path.resolve(__dirname, '../..');

/**
 * Bundles the workers' program as the product is bundled: it starts quickly, and nothing that loads
 * TypeScript stands in its way. It lies within the repository, so that it finds optional packages.
 * @returns its path
 */
export function bundleWorker(): string {
  const outfile = path.join(ROOT, 'node_modules/.cache/polysemanticity-bench/worker.js');
  buildSync({
    entryPoints: [path.join(__dirname, 'worker.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: ['@tensorflow/tfjs-node'],
    logLevel: 'warning',
  });
  // Beside it, as in the product: the native kernel.
  const native = path.join(path.dirname(outfile), 'native');
  rmSync(native, { recursive: true, force: true });
  const built = path.join(ROOT, 'dist/native');
  if (existsSync(built)) cpSync(built, native, { recursive: true });
  return outfile;
}
