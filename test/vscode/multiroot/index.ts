import { runSuite } from '../harness/runSuite';

/** The suite of a workspace of two folders: every `*.test.ts` of this folder. */
export function run(): Promise<void> {
  return runSuite(import.meta.webpackContext('.', { recursive: false, regExp: /\.test\.ts$/ }));
}
