import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const STEPS = pathToFileURL(path.resolve(__dirname, '../../scripts/steps.mjs')).href;

/** Runs steps that are given as code; `say` is a step's program, which prints lines and ends with a code. */
function run(code: string): { readonly lines: string[]; readonly status: number | null } {
  const program = `
    import { Steps } from ${JSON.stringify(STEPS)};
    const steps = new Steps();
    const say = (text, code = 0) =>
      ['-e', \`console.log(\${JSON.stringify(text)}); process.exitCode = \${code}\`];
    const node = process.execPath;
    ${code}
    steps.close();`;
  const { stdout, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', program],
    { encoding: 'utf8' },
  );
  return { lines: stdout.trim().split('\n'), status };
}

describe('the steps of npm test', () => {
  it('sum the counts of all runners into one line, the last', () => {
    const { lines, status } = run(`
      await steps.tests('one', node, say('3 passed, 0 failed'));
      await steps.tests('two', node, say('4 passed, 0 failed, 2 skipped\\n1 passed, 0 failed, 1 skipped'));
    `);
    assert.equal(lines.at(-1), '8 passed, 0 failed, 3 skipped');
    assert.equal(lines.filter((line) => /^\d+ passed/.test(line)).length, 1);
    assert.equal(status, 0);
  });

  it('go on after a failure, and end with it', () => {
    const { lines, status } = run(`
      await steps.tests('one', node, say('3 passed, 2 failed', 2));
      await steps.tests('two', node, say('4 passed, 0 failed'));
    `);
    assert.equal(lines.at(-1), '7 passed, 2 failed, 0 skipped');
    assert.ok(lines.includes('failed: one'));
    assert.equal(status, 1);
  });

  it('count a check that fails as a failure', () => {
    const { lines, status } = run(`await steps.check('lint', node, say('a complaint', 1));`);
    assert.equal(lines.at(-1), '0 passed, 1 failed, 0 skipped');
    assert.equal(status, 1);
  });

  for (const [what, step] of [
    ['a runner that counts nothing', `say('all is well')`],
    ['a runner without a test', `say('0 passed, 0 failed')`],
    ['a runner that dies after its tests', `say('3 passed, 0 failed', 3)`],
  ]) {
    it(`count ${what} as a failure`, () => {
      const { lines, status } = run(`await steps.tests('tests', node, ${step});`);
      assert.match(lines.at(-1) ?? '', /^[03] passed, 1 failed, 0 skipped$/);
      assert.equal(status, 1);
    });
  }

  it('count a program that cannot be run as a failure', () => {
    const { lines, status } = run(`await steps.tests('tests', '/no/such/program', []);`);
    assert.equal(lines.at(-1), '0 passed, 1 failed, 0 skipped');
    assert.equal(status, 1);
  });
});
