import { existsSync } from 'node:fs';
import path from 'node:path';
import type { StopSignal } from '../../../core/stop';
import type { Kernel, KernelFunction, KernelInstance } from '../../../core/engine/simd/kernel';

/** The instructions that the native kernel is compiled for, the widest last. */
export const NATIVE_VARIANTS = ['neon', 'sse4', 'avx2', 'avx512'] as const;
export type NativeVariant = (typeof NATIVE_VARIANTS)[number];

const NAMES: Record<NativeVariant, string> = {
  neon: 'NEON',
  sse4: 'SSE4',
  avx2: 'AVX2',
  avx512: 'AVX-512',
};

/** What `src/kernel/addon.c` exports. */
interface Addon {
  /** Those that this processor runs. */
  readonly variants: readonly NativeVariant[];
  open(variant: NativeVariant): AddonFunctions;
  /** Bytes from the cache line that a buffer begins in. */
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
const MOST_BYTES = 2 ** 32 - LINE;
const FIRST_BYTES = 1 << 20;

let loaded: { readonly addon?: Addon } | undefined;

/** The addon; none where it was not built, or cannot be loaded. */
function addon(): Addon | undefined {
  loaded ??= { addon: load() };
  return loaded.addon;
}

/** The addon's file beside the bundle, or where it was built; undefined where there is none. */
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
    // Made for another C library, say.
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
  /** Nothing stands at address 0. */
  readonly base = LINE;
  buffer = new ArrayBuffer(0);
  origin = 0;
  bytes = 0;
  private readonly addon: Addon;
  private readonly functions: AddonFunctions;

  constructor(variant: NativeVariant) {
    const found = addon();
    if (!found) throw new Error('there is no native kernel here');
    this.addon = found;
    this.functions = found.open(variant);
    this.grow(FIRST_BYTES);
  }

  grow(bytes: number): void {
    if (bytes > MOST_BYTES) throw new RangeError(`${bytes} bytes have no addresses of 32 bits`);
    // By a half at least: what is there has to be copied.
    const size = Math.min(MOST_BYTES, Math.max(bytes, Math.ceil(1.5 * this.bytes)));
    const buffer = new ArrayBuffer(size + LINE);
    const origin = (LINE - this.addon.misalignment(buffer)) % LINE;
    new Uint8Array(buffer, origin).set(new Uint8Array(this.buffer, this.origin, this.bytes));
    this.buffer = buffer;
    this.origin = origin;
    this.bytes = size;
  }

  call(
    name: KernelFunction,
    signal: StopSignal | undefined,
    a: number,
    b: number,
    c: number,
  ): number {
    return this.functions[name](this.buffer, this.origin, signal?.flag, a, b, c);
  }
}
