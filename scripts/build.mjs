// npm run build: the SIMD kernel, then the bundles in dist/.
import { buildKernel } from './kernel.mjs';
import { program, run, setup } from './setup.mjs';

setup();
buildKernel();
run(program('webpack'), []);
// What editors know of the module `polysemanticity`.
run(program('tsx'), ['scripts/types.ts']);
