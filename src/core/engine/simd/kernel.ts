import { kernelBytes } from './generated/kernel';

/** What the kernel exports; addresses are in bytes. */
export interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  trainSteps(task: number, from: number, to: number): void;
  predict(task: number, inputs: number, outputs: number, samples: number): void;
  invert(task: number, tiles: number, steps: number): void;
  respond(first: number, layers: number, features: number, stride: number, scratch: number): void;
  readResponses(
    first: number,
    from: number,
    layers: number,
    features: number,
    stride: number,
    rectified: number,
    fromBaseline: number,
    out: number,
  ): void;
  pathSums(
    first: number,
    from: number,
    layers: number,
    features: number,
    quadrature: number,
    nodes: number,
    rectified: number,
    units: number,
    out: number,
  ): void;
}

/** The part of the WebAssembly interface that is used here; the core has no DOM types. */
interface WebAssemblyApi {
  validate(bytes: Uint8Array): boolean;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

const { WebAssembly } = globalThis as unknown as { readonly WebAssembly?: WebAssemblyApi };

/** Whether this machine runs WebAssembly with 128-bit SIMD. */
export function simdAvailable(): boolean {
  return WebAssembly?.validate(kernelBytes) ?? false;
}

let compiled: object | undefined;

/** A fresh instance with memory of its own. @throws Error where {@link simdAvailable} is false */
export function instantiateKernel(): KernelExports {
  if (!WebAssembly) throw new Error('there is no WebAssembly here');
  compiled ??= new WebAssembly.Module(kernelBytes);
  const noImports = { env: { abort: () => undefined } };
  return new WebAssembly.Instance(compiled, noImports).exports as KernelExports;
}
