import { isMainThread } from 'node:worker_threads';
import type { Kernel } from '../../../core/engine/simd/kernel';
import { simdAvailable, webAssemblyKernel } from '../../../core/engine/simd/webAssembly';
import { invalid, show } from '../../../core/errors';
import { NATIVE_VARIANTS, nativeFile, nativeKernel, nativeKernels } from './nativeKernel';

/** Names the kernel that threads use, instead of the fastest there is: `wasm`, `sse4`, `avx2` and so on. */
const KERNEL_VARIABLE = 'POLYSEMANTICITY_KERNEL';

const WISHES = ['auto', 'wasm', ...NATIVE_VARIANTS] as const;
type Wish = (typeof WISHES)[number];

function kernelWish(): Wish {
  const wish = process.env[KERNEL_VARIABLE] ?? 'auto';
  const found = WISHES.find((name) => name === wish);
  if (found) return found;
  throw invalid(`${KERNEL_VARIABLE} must be one of ${WISHES.join(', ')}, not ${show(wish)}`);
}

/**
 * The kernel of this thread, undefined where none runs. Native code is loaded in worker threads alone:
 * the extension host never has it.
 * @throws LabError when the environment names one that does not run here
 */
export function chosenKernel(): Kernel | undefined {
  const wish = kernelWish();
  if (!isMainThread && wish !== 'wasm') {
    const found = nativeKernels();
    const variant = wish === 'auto' ? found.at(-1) : found.find((name) => name === wish);
    if (variant) return nativeKernel(variant);
    if (wish !== 'auto') {
      const there = found.length > 0 ? found.join(', ') : 'none, it was not built';
      throw invalid(
        `${KERNEL_VARIABLE} is ${wish}, which does not run here; native kernels that do: ${there}`,
      );
    }
  }
  return simdAvailable() ? webAssemblyKernel : undefined;
}

/** Tells apart what threads of this machine may compute with, for times that are remembered. */
export function kernelKey(): string {
  return nativeFile() === undefined ? 'wasm' : `native ${kernelWish()}`;
}
