// Steps of a longer command: each is announced, those that are tests are counted, and one plain line
// at the end gives the sums.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

const root = path.resolve(import.meta.dirname, '..');
/** What the runners of tests end with. */
const COUNTS = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;

export class Steps {
  #total = { passed: 0, failed: 0, skipped: 0 };
  #failed = [];

  /** Runs a program that succeeds or fails as a whole. Returns whether it succeeded. */
  async check(name, command, args) {
    const { code, seconds } = await this.#run(name, command, args);
    if (code !== 0) this.#fail(name);
    console.log(`${name}: ${code === 0 ? 'in order' : 'FAILED'}, ${seconds} s`);
    return code === 0;
  }

  /** Runs a program that counts its tests; one that counts none has failed. */
  async tests(name, command, args) {
    const { code, counts, seconds } = await this.#run(name, command, args);
    for (const key of Object.keys(this.#total)) this.#total[key] += counts[key];
    const { passed, failed, skipped } = counts;
    // It died, something other than a test went wrong, or there was nothing to run.
    const broken = passed + failed + skipped === 0 || (code !== 0 && failed === 0);
    if (broken) this.#fail(name);
    else if (failed > 0) this.#failed.push(name);
    const how = broken ? `NOT RUN TO ITS END (code ${code}): ` : '';
    console.log(
      `${name}: ${how}${passed} passed, ${failed} failed, ${skipped} skipped, ${seconds} s`,
    );
  }

  /** Says what failed and prints the line of sums, the last one. Sets the exit code. */
  close() {
    if (this.#failed.length > 0) console.log(`\nfailed: ${this.#failed.join(', ')}`);
    const { passed, failed, skipped } = this.#total;
    console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
    process.exitCode = this.#failed.length === 0 ? 0 : 1;
  }

  /** A step that counts no tests of its own, and fails, is one failure in the sums. */
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
