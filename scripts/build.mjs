// npm run build: the SIMD kernel, then the bundles in dist/.
import { buildKernel } from './kernel.mjs';
import { program, run, setup } from './setup.mjs';

setup();
buildKernel();
run(program('webpack'), []);
