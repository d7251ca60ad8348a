import type { Kernel } from '../../../../src/core/engine/simd/kernel';
import { simdAvailable, webAssemblyKernel } from '../../../../src/core/engine/simd/webAssembly';
import { nativeKernel, nativeKernels } from '../../../../src/node/compute/native/nativeKernel';

/** All kernels that this machine runs: WebAssembly, and natively each width of vectors. */
export const KERNELS: readonly Kernel[] = [
  ...(simdAvailable() ? [webAssemblyKernel] : []),
  ...nativeKernels().map(nativeKernel),
];
