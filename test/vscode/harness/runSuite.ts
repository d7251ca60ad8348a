import { appendFileSync } from 'node:fs';
import { format } from 'node:util';
import type Mocha from 'mocha';

/** As webpack gives it: the test files of a folder, each loaded when it is asked for. */
export interface TestFiles {
  keys(): string[];
  (file: string): unknown;
}

/**
 * Runs a suite inside the extension host. Its report is appended to the file that
 * `POLYSEMANTICITY_REPORT` names: what goes to the console there may be lost when the window closes.
 * `POLYSEMANTICITY_GREP` and `POLYSEMANTICITY_FILES` (parts of names, with commas between) choose tests.
 *
 * @throws if a test fails
 */
export async function runSuite(files: TestFiles): Promise<void> {
  // Mocha is a module that a bundle cannot hold: loaded from where it is installed.
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
