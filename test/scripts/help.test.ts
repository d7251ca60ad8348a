import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};

/** When what a build writes was last written. */
function built(): readonly number[] {
  return ['dist', 'dist/built.json', 'dist/types/polysemanticity', 'coverage']
    .map((name) => path.join(ROOT, name))
    .map((place) => (existsSync(place) ? statSync(place).mtimeMs : 0));
}

describe('npm run <script> -- --help', function () {
  this.timeout(60_000);

  for (const [name, command] of Object.entries(scripts)) {
    it(`${name} prints help, and builds nothing`, () => {
      const before = built();
      const { status, stdout, stderr } = spawnSync(`${command} --help`, {
        cwd: ROOT,
        shell: true,
        encoding: 'utf8',
        env: {
          ...process.env,
          PATH: `${path.join(ROOT, 'node_modules/.bin')}${path.delimiter}${process.env.PATH}`,
        },
      });
      assert.equal(status, 0, stderr);
      assert.ok(stdout.trim().length > 60, stdout);
      // A script of the project says how it is called; a tool prints its options.
      if (!/^(eslint|prettier) /.test(command))
        assert.match(stdout, new RegExp(`npm (run )?${name}\\b`));
      assert.deepEqual(built(), before);
    });
  }
});
