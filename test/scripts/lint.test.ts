import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { ESLint } from 'eslint';

const ROOT = path.resolve(__dirname, '../..');

describe('lint', function () {
  this.timeout(60_000);
  const eslint = new ESLint({ cwd: ROOT });

  it('covers every program in JavaScript that is in the repository', async () => {
    const files = execFileSync('git', ['ls-files', '*.js', '*.mjs', '*.cjs'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    const scripts = files.trim().split('\n');
    assert.ok(scripts.length > 15);
    for (const file of scripts) assert.equal(await eslint.isPathIgnored(file), false, file);
  });

  it('finds errors in them', async () => {
    const code = 'if (1 == unknown) missing();\n';
    for (const name of ['scripts/sample.mjs', 'bin/sample.js', 'test/sample.cjs']) {
      const [{ messages }] = await eslint.lintText(code, { filePath: path.join(ROOT, name) });
      const rules = messages.map(({ ruleId }) => ruleId);
      assert.deepEqual(rules.sort(), ['eqeqeq', 'no-undef', 'no-undef'], name);
    }
  });
});
