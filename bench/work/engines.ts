import type { Engine } from '../../src/core/engine/engine';
import type { Kernel } from '../../src/core/engine/simd/kernel';
import { webAssemblyKernel } from '../../src/core/engine/simd/webAssembly';
import { chosenKernel } from '../../src/node/compute/native/choice';
import {
  nativeKernel,
  nativeKernels,
  type NativeVariant,
} from '../../src/node/compute/native/nativeKernel';
import { simdEngine } from '../../src/core/engine/simd/simdEngine';
import { tensorflowEngine } from '../../src/core/engine/tensorflow/tensorflowEngine';
import { typescriptEngine } from '../../src/core/engine/typescript/typescriptEngine';
import { loadTensorflow } from '../../src/node/compute/tensorflow/load';

/** An engine, and whether it steps its specimens together. */
export interface NamedEngine {
  readonly engine: Engine;
  readonly stacked: boolean;
}

/** The kernel of a program: `simd`, the one that runs would have, or `simd:wasm`, `simd:avx2` and so on. */
export function kernelNamed(program: string): Kernel {
  const [, name] = program.split(':');
  if (name === 'wasm') return webAssemblyKernel;
  const variant = nativeKernels().find((found) => found === name);
  const kernel = variant ? nativeKernel(variant) : name === undefined ? chosenKernel() : undefined;
  if (!kernel) throw new Error(`there is no kernel for ${program}`);
  return kernel;
}

/** Makes the engine of a program. */
export async function engineNamed(program: string): Promise<NamedEngine> {
  if (program === 'typescript') return { engine: typescriptEngine(), stacked: false };
  if (program === 'tensorflow') {
    const { tf, description } = await loadTensorflow();
    return { engine: tensorflowEngine(tf, description), stacked: true };
  }
  return { engine: simdEngine(kernelNamed(program)), stacked: false };
}

const TITLES: Readonly<Record<NativeVariant, string>> = {
  neon: 'NEON',
  sse4: 'SSE4',
  avx2: 'AVX2',
  avx512: 'AVX-512',
};

/** The column of WebAssembly. */
export const WEB_ASSEMBLY = 'WebAssembly';

/** All kernels of this machine, each a column. */
export const KERNELS: readonly { readonly program: string; readonly title: string }[] = [
  { program: 'simd:wasm', title: WEB_ASSEMBLY },
  ...nativeKernels().map((variant) => ({ program: `simd:${variant}`, title: TITLES[variant] })),
];
