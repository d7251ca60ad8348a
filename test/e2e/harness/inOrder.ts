/**
 * Skips the rest of a suite after a failure, for suites whose tests depend on each other. Unlike mocha's `bail`, it
 * does not affect other suites, and counts the skipped tests.
 */
export function inOrder(): void {
  let failed = false;
  beforeEach(function () {
    if (failed) this.skip();
  });
  afterEach(function () {
    if (this.currentTest?.state === 'failed') failed = true;
  });
}
