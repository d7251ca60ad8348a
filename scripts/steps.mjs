// Runs the steps of a longer command. Announces each, counts tests, and prints the totals in the last line.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

const root = path.resolve(import.meta.dirname, '..');
/** The last line of every test runner. */
const COUNTS = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;

export class Steps {
  #total = { passed: 0, failed: 0, skipped: 0 };
  #failed = [];

  /** Runs a program that succeeds or fails as a whole. @returns whether it succeeded */
  async check(name, command, args) {
    const { code, seconds } = await this.#run(name, command, args);
    if (code !== 0) this.#fail(name);
    console.log(`${name}: ${code === 0 ? 'in order' : 'FAILED'}, ${seconds} s`);
    return code === 0;
  }

  /** Runs a program that counts its tests. If it counts none, it has failed. */
  async tests(name, command, args) {
    const { code, counts, seconds } = await this.#run(name, command, args);
    for (const key of Object.keys(this.#total)) this.#total[key] += counts[key];
    const { passed, failed, skipped } = counts;
    // It died, failed outside of a test, or had no tests.
    const broken = passed + failed + skipped === 0 || (code !== 0 && failed === 0);
    if (broken) this.#fail(name);
    else if (failed > 0) this.#failed.push(name);
    const how = broken ? `NOT RUN TO ITS END (code ${code}): ` : '';
    console.log(
      `${name}: ${how}${passed} passed, ${failed} failed, ${skipped} skipped, ${seconds} s`,
    );
  }

  /** Prints the failed steps and the totals, and sets the exit code. */
  close() {
    if (this.#failed.length > 0) console.log(`\nfailed: ${this.#failed.join(', ')}`);
    const { passed, failed, skipped } = this.#total;
    console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
    process.exitCode = this.#failed.length === 0 ? 0 : 1;
  }

  /** Counts a failed step without test counts as one failure in the totals. */
  #fail(name) {
    this.#failed.push(name);
    this.#total.failed++;
  }

  async #run(name, command, args) {
    console.log(`\n— ${name}`);
    const started = performance.now();
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['inherit', 'pipe', 'inherit'],
      shell: process.platform === 'win32',
      env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
    });
    const code = new Promise((resolve) => {
      child.once('error', (error) => {
        console.error(`cannot run ${command}: ${error.message}`);
        resolve(1);
      });
      child.once('close', (status) => resolve(status ?? 1));
    });
    for await (const line of createInterface({ input: child.stdout })) {
      const found = COUNTS.exec(line);
      if (found) {
        counts.passed += Number(found[1]);
        counts.failed += Number(found[2]);
        counts.skipped += Number(found[3] ?? 0);
      } else console.log(line);
    }
    return {
      code: await code,
      counts,
      seconds: ((performance.now() - started) / 1000).toFixed(0),
    };
  }
}
