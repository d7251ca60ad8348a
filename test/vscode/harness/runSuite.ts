import { appendFileSync } from 'node:fs';
import { format } from 'node:util';
import type Mocha from 'mocha';

/** A webpack context: the test files of a folder, each loaded on demand. */
export interface TestFiles {
  keys(): string[];
  (file: string): unknown;
}

/**
 * Runs a suite inside the extension host. Appends the report to the file that `POLYSEMANTICITY_REPORT` names, because
 * console output may be lost when the window closes. `POLYSEMANTICITY_GREP` and `POLYSEMANTICITY_FILES` (parts of file
 * names, separated by commas) select tests.
 *
 * @throws if a test fails
 */
export async function runSuite(files: TestFiles): Promise<void> {
  // Mocha cannot be bundled, so it is loaded from node_modules.
  const { default: Runner } = (await import(/* webpackIgnore: true */ 'mocha')) as {
    default: typeof Mocha;
  };
  Runner.reporters.Base.consoleLog = (...args: unknown[]) => report(format(...args));
  const mocha = new Runner({
    ui: 'bdd',
    timeout: 60_000,
    color: false,
    forbidOnly: true,
    ...choice('grep', process.env.POLYSEMANTICITY_GREP),
    reporter: Runner.reporters.Spec,
  });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  const wanted = (process.env.POLYSEMANTICITY_FILES ?? '').split(',');
  for (const file of files.keys()) {
    if (wanted.some((part) => file.includes(part))) files(file);
  }
  const { stats } = await new Promise<Mocha.Runner>((resolve) => {
    const runner = mocha.run(() => resolve(runner));
  });
  const { passes = 0, failures = 0, pending = 0 } = stats ?? {};
  report(`${passes} passed, ${failures} failed, ${pending} skipped`);
  if (failures > 0) throw new Error(`${failures} failed`);
}

function choice(name: string, value: string | undefined): Record<string, string> {
  return value === undefined || value === '' ? {} : { [name]: value };
}

function report(text: string): void {
  const file = process.env.POLYSEMANTICITY_REPORT;
  if (file === undefined) console.log(text);
  else appendFileSync(file, `${text}\n`);
}
