import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Kernel, KernelFunction, KernelInstance } from '../../../core/engine/simd/kernel';

/** Instruction sets for which the native kernel is compiled, the widest last. */
export const NATIVE_VARIANTS = ['neon', 'sse4', 'avx2', 'avx512'] as const;
export type NativeVariant = (typeof NATIVE_VARIANTS)[number];

const NAMES: Record<NativeVariant, string> = {
  neon: 'NEON',
  sse4: 'SSE4',
  avx2: 'AVX2',
  avx512: 'AVX-512',
};

/** Exports of `src/kernel/addon.c`. */
interface Addon {
  /** The variants that this processor runs. */
  readonly variants: readonly NativeVariant[];
  open(variant: NativeVariant): AddonFunctions;
  /** Distance of a buffer's start from the start of its cache line, in bytes. */
  misalignment(buffer: ArrayBuffer): number;
}

type AddonFunctions = Readonly<
  Record<
    KernelFunction,
    (
      buffer: ArrayBuffer,
      origin: number,
      stop: Int32Array | undefined,
      a: number,
      b: number,
      c: number,
    ) => number
  >
>;

const LINE = 64;
/** Addresses have 32 bits. */
const MAX_BYTES = 2 ** 32 - LINE;
const FIRST_BYTES = 1 << 20;

let loaded: { readonly addon?: Addon } | undefined;

/** The addon; undefined if it was not built or cannot be loaded. */
function addon(): Addon | undefined {
  loaded ??= { addon: load() };
  return loaded.addon;
}

/** The addon's file next to the bundle, or in the build's folder; undefined if there is none. */
export function nativeFile(): string | undefined {
  const name = `native/kernel-${process.platform}-${process.arch}.node`;
  return [__dirname, path.join(__dirname, '../../../../dist')]
    .map((folder) => path.join(folder, name))
    .find((file) => existsSync(file));
}

function load(): Addon | undefined {
  const file = nativeFile();
  if (file === undefined) return undefined;
  const holder = { exports: {} };
  try {
    process.dlopen(holder, file);
  } catch {
    // For example, it was built for another C library.
    return undefined;
  }
  return holder.exports as Addon;
}

/** The native kernels of this machine, the fastest last. */
export function nativeKernels(): readonly NativeVariant[] {
  return addon()?.variants ?? [];
}

/** The native kernel of a variant that is among {@link nativeKernels}. */
export function nativeKernel(variant: NativeVariant): Kernel {
  return {
    description: `native ${NAMES[variant]} kernel`,
    open: () => new NativeInstance(variant),
  };
}

class NativeInstance implements KernelInstance {
  /** Address 0 is never used, so that 0 can mean none. */
  readonly base = LINE;
  buffer = new ArrayBuffer(0);
  origin = 0;
  bytes = 0;
  private readonly addon: Addon;
  private readonly functions: AddonFunctions;

  constructor(variant: NativeVariant) {
    const found = addon();
    if (!found) throw new Error('the native kernel is not available');
    this.addon = found;
    this.functions = found.open(variant);
    this.grow(FIRST_BYTES);
  }

  grow(bytes: number): void {
    if (bytes > MAX_BYTES) throw new RangeError(`${bytes} bytes have no addresses of 32 bits`);
    // At least by half, because growing copies the content.
    const size = Math.min(MAX_BYTES, Math.max(bytes, Math.ceil(1.5 * this.bytes)));
    const buffer = new ArrayBuffer(size + LINE);
    const origin = (LINE - this.addon.misalignment(buffer)) % LINE;
    new Uint8Array(buffer, origin).set(new Uint8Array(this.buffer, this.origin, this.bytes));
    this.buffer = buffer;
    this.origin = origin;
    this.bytes = size;
  }

  readonly call: KernelInstance['call'] = (name, signal, a, b, c) =>
    this.functions[name](this.buffer, this.origin, signal?.flag, a, b, c);
}
