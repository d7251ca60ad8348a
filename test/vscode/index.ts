import { runSuite } from './harness/runSuite';

/** The suite of a trusted workspace: every `*.test.ts` of this folder. */
export function run(): Promise<void> {
  return runSuite(import.meta.webpackContext('.', { recursive: false, regExp: /\.test\.ts$/ }));
}
