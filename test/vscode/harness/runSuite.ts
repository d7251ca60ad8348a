import type Mocha from 'mocha';

/** As webpack gives it: the test files of a folder, each loaded when it is asked for. */
export interface TestFiles {
  keys(): string[];
  (file: string): unknown;
}

/**
 * Runs a suite inside the extension host. Its report goes to the console, which the runner reads.
 * `POLYSEMANTICITY_GREP` and `POLYSEMANTICITY_FILE` (part of a file's name) choose among the tests.
 *
 * @throws if a test fails, or if there is nothing to run: an empty suite proves nothing
 */
export async function runSuite(files: TestFiles): Promise<void> {
  // Mocha is a module that a bundle cannot hold: loaded from where it is installed.
  const { default: Runner } = (await import(/* webpackIgnore: true */ 'mocha')) as {
    default: typeof Mocha;
  };
  const mocha = new Runner({
    ui: 'bdd',
    timeout: 60_000,
    color: false,
    forbidOnly: true,
    grep: process.env.POLYSEMANTICITY_GREP,
    reporter: reporterOf(Runner),
  });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  const wanted = process.env.POLYSEMANTICITY_FILE ?? '';
  const chosen = files.keys().filter((file) => file.includes(wanted));
  if (chosen.length === 0) throw new Error(`no test file of this suite has ${wanted} in its name`);
  for (const file of chosen) files(file);
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}

/** Mocha's spec reporter, closed by the same line as the reporter of the tests outside VS Code. */
function reporterOf(Runner: typeof Mocha): typeof Mocha.reporters.Base {
  return class extends Runner.reporters.Spec {
    constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
      super(runner, options);
      runner.once('end', () => {
        const { passes, failures, pending } = this.stats;
        setImmediate(() => {
          console.log(`${passes} passed, ${failures} failed, ${pending} skipped`);
        });
      });
    }
  };
}
