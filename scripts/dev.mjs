// npm run dev: builds everything for development, with source maps, then watches the sources and rebuilds only the
// bundles whose files change, until Ctrl-C. F5 in VS Code runs it.
import { createRequire } from 'node:module';
import { forgetBuilds } from './build.mjs';
import { help } from './help.mjs';
import { buildKernel } from './kernel.mjs';
import { program, run, setup } from './setup.mjs';

help(import.meta.filename);
setup();
buildKernel();
run(program('tsx'), ['scripts/types.ts']);
forgetBuilds();

const require = createRequire(import.meta.url);
const compilers = require('webpack')(require('../webpack.config.js')({ development: true }));
const names = new Set();
let started = performance.now();

for (const compiler of compilers.compilers) {
  compiler.hooks.watchRun.tap('dev', () => {
    if (names.size === 0) {
      started = performance.now();
      console.log('dev: building');
    }
    names.add(compiler.name);
  });
}
compilers.watch({}, (error, stats) => {
  if (error) throw error;
  if (stats.hasErrors() || stats.hasWarnings()) {
    console.log(stats.toString({ preset: 'errors-warnings', colors: process.stdout.isTTY }));
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const what = names.size === compilers.compilers.length ? 'everything' : [...names].join(', ');
  names.clear();
  const outcome = stats.hasErrors() ? 'FAILED' : 'ready';
  console.log(`dev: ${outcome}, ${what}, ${seconds} s`);
});
