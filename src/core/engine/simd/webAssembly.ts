import type { StopSignal } from '../../stop';
import { kernelBytes } from './generated/kernel';
import type { Kernel, KernelFunction, KernelInstance } from './kernel';

const PAGE = 65_536;

interface KernelExports extends Readonly<
  Record<KernelFunction, (a: number, b: number, c: number) => number>
> {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  /** End of the module's own data. */
  readonly __heap_base: { readonly value: number };
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

/** The kernel in WebAssembly; it needs {@link simdAvailable}. */
export const webAssemblyKernel: Kernel = {
  description: 'WebAssembly SIMD kernel',
  open: () => new WebAssemblyInstance(),
};

let compiled: object | undefined;

class WebAssemblyInstance implements KernelInstance {
  readonly origin = 0;
  private readonly exports: KernelExports;
  private signal: StopSignal | undefined;

  /** @throws Error if {@link simdAvailable} is false */
  constructor() {
    if (!WebAssembly) throw new Error('WebAssembly is not available');
    compiled ??= new WebAssembly.Module(kernelBytes);
    const host = { stopped: () => Number(this.signal?.aborted ?? false) };
    this.exports = new WebAssembly.Instance(compiled, { host }).exports as KernelExports;
  }

  get buffer(): ArrayBuffer {
    return this.exports.memory.buffer;
  }

  get bytes(): number {
    return this.buffer.byteLength;
  }

  get base(): number {
    return this.exports.__heap_base.value;
  }

  grow(bytes: number): void {
    this.exports.memory.grow(Math.ceil((bytes - this.bytes) / PAGE));
  }

  readonly call: KernelInstance['call'] = (name, signal, a, b, c) => {
    this.signal = signal;
    return this.exports[name](a, b, c) >>> 0;
  };
}
