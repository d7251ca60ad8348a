// npm test: sets up and builds, then type check, lint, format check and all tests. Arguments go to
// mocha, and with any the checks before it are left out: npm test -- --grep Adam
import './build.mjs';
import { program, run } from './setup.mjs';

const options = process.argv.slice(2);
const step = (what, name, args) => {
  console.log(`\n— ${what}`);
  run(program(name), args);
};
if (options.length === 0) {
  step('types', 'tsc', ['-p', '.']);
  step('types of the core, without Node and DOM', 'tsc', ['-p', 'src/core']);
  step('lint', 'eslint', ['.', '--max-warnings', '0']);
  step('format', 'prettier', ['--check', '--log-level', 'warn', '.']);
}
// Named files only, or all.
const named = options.some((option) => option.endsWith('.test.ts'));
step('tests', 'mocha', named ? options : [...options, 'test/**/*.test.ts']);
