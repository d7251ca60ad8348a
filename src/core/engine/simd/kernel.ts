import type { StopSignal } from '../../stop';

/** The functions of the kernel in `src/kernel/kernel.c`, which says what each takes and gives. */
export const KERNEL_FUNCTIONS = [
  'tile',
  'placeNetwork',
  'writeParameters',
  'readParameters',
  'train',
  'predict',
  'responses',
  'pathSums',
  'invert',
  'trial',
] as const;
export type KernelFunction = (typeof KERNEL_FUNCTIONS)[number];

/** What functions of the kernel give back, unless it is a count. */
export const KernelStatus = { done: 0, stopped: 1, outOfBounds: 2 } as const;

/** The kernel with memory of its own. Addresses are bytes from the memory's beginning. */
export interface KernelInstance {
  /** Holds the memory, from `origin` on. Another one when the memory grows. */
  readonly buffer: ArrayBuffer;
  readonly origin: number;
  /** Bytes of the memory. */
  readonly bytes: number;
  /** The first address that is free for use. */
  readonly base: number;
  /**
   * Gives the memory at least so many bytes; what stands in it stays at its address.
   * @throws RangeError where there is no such memory
   */
  grow(bytes: number): void;
  /**
   * Calls a function.
   * @param signal stops it in the middle
   */
  call(
    name: KernelFunction,
    signal: StopSignal | undefined,
    a: number,
    b: number,
    c: number,
  ): number;
}

/** A kernel as it was compiled for this machine. */
export interface Kernel {
  /** For people: e.g. `native kernel, AVX2`. */
  readonly description: string;
  open(): KernelInstance;
}
