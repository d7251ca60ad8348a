import { existsSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';

/**
 * Starts a thread with a program of its own.
 * @param folder where the program's source stands; a bundle has all programs beside itself
 * @param name of the program
 */
export function startProgram(folder: string, name: string, workerData?: unknown): Worker {
  const bundled = path.join(folder, `${name}.js`);
  if (existsSync(bundled)) return new Worker(bundled, { workerData });
  const source = JSON.stringify(path.join(folder, `${name}.ts`));
  return new Worker(`require('tsx/cjs'); require(${source});`, { eval: true, workerData });
}
