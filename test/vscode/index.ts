import { runSuite } from './harness/runSuite';

/** Runs the suite of a trusted workspace: every `*.test.ts` in this folder. */
export function run(): Promise<void> {
  return runSuite(import.meta.webpackContext('.', { recursive: false, regExp: /\.test\.ts$/ }));
}
