/**
 * The tests of this suite are one story: after one that fails, the others would tell nothing. Unlike mocha's
 * own `bail`, it leaves other suites alone, and what was skipped is counted as such.
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
