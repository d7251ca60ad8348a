// Mocha's spec reporter, closed by one line that programs can read.
const { Spec } = require('mocha').reporters;

module.exports = class Reporter extends Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const skipped = pending > 0 ? `, ${pending} skipped` : '';
      // After the epilogue, which the spec reporter prints at the same event.
      setImmediate(() => console.log(`${passes} passed, ${failures} failed${skipped}`));
    });
  }
};
