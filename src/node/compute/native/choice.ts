import { isMainThread } from 'node:worker_threads';
import type { Kernel } from '../../../core/engine/simd/kernel';
import { simdAvailable, webAssemblyKernel } from '../../../core/engine/simd/webAssembly';
import { invalid, show } from '../../../core/errors';
import { NATIVE_VARIANTS, nativeFile, nativeKernel, nativeKernels } from './nativeKernel';

/** The environment variable that chooses the kernel of threads; by default the fastest. */
const KERNEL_VARIABLE = 'POLYSEMANTICITY_KERNEL';

const CHOICES = ['auto', 'wasm', ...NATIVE_VARIANTS] as const;
type Choice = (typeof CHOICES)[number];

function requestedKernel(): Choice {
  const requested = process.env[KERNEL_VARIABLE] ?? 'auto';
  const found = CHOICES.find((name) => name === requested);
  if (found) return found;
  throw invalid(`${KERNEL_VARIABLE} must be one of ${CHOICES.join(', ')}, not ${show(requested)}`);
}

/**
 * The kernel of this thread; undefined if none runs here. Native code is loaded only in worker threads, never
 * in the extension host, which a fault in it would end.
 * @throws LabError if the environment variable chooses one that does not run here
 */
export function chosenKernel(): Kernel | undefined {
  const requested = requestedKernel();
  if (!isMainThread && requested !== 'wasm') {
    const found = nativeKernels();
    const variant = requested === 'auto' ? found.at(-1) : found.find((name) => name === requested);
    if (variant) return nativeKernel(variant);
    if (requested !== 'auto') {
      const there = found.length > 0 ? found.join(', ') : 'none, it was not built';
      throw invalid(
        `${KERNEL_VARIABLE} is ${requested}, which does not run here; native kernels that do: ${there}`,
      );
    }
  }
  return simdAvailable() ? webAssemblyKernel : undefined;
}

/** Identifies the kernel of this machine's threads in stored timings. */
export function kernelKey(): string {
  return nativeFile() === undefined ? 'wasm' : `native ${requestedKernel()}`;
}
