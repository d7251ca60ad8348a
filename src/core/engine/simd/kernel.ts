import type { StopSignal } from '../../stop';

/** The functions of the kernel; `src/kernel/kernel.c` documents their arguments and results. */
export const KERNEL_FUNCTIONS = [
  'tile',
  'placeNetwork',
  'writeVariable',
  'readVariable',
  'writeMask',
  'train',
  'predict',
  'responses',
  'pathSums',
  'rowStatistics',
  'grams',
  'invert',
  'trial',
] as const;
export type KernelFunction = (typeof KERNEL_FUNCTIONS)[number];

/** Results of functions that do not return a count. */
export const KernelStatus = { done: 0, stopped: 1, outOfBounds: 2 } as const;

/** An instance of the kernel with its own memory. Addresses are offsets from the start of that memory, in bytes. */
export interface KernelInstance {
  /** Contains the memory, starting at `origin`. Replaced when the memory grows. */
  readonly buffer: ArrayBuffer;
  readonly origin: number;
  /** Size of the memory. */
  readonly bytes: number;
  /** The first free address. */
  readonly base: number;
  /**
   * Enlarges the memory to at least this many bytes. Its content keeps its addresses.
   * @throws RangeError if that much memory is not available
   */
  grow(bytes: number): void;
  /**
   * Calls a function.
   * @param signal stops it during the call
   */
  call(
    name: KernelFunction,
    signal: StopSignal | undefined,
    a: number,
    b: number,
    c: number,
  ): number;
}

/** A variant of the kernel. */
export interface Kernel {
  /** For users, for example `native AVX2 kernel`. */
  readonly description: string;
  open(): KernelInstance;
}
