import { LabError } from '../../errors';
import { Stopped, throwIfStopped, type StopSignal } from '../../stop';
import type { RecordOf } from './generated/records';
import { KernelStatus, type Kernel, type KernelFunction, type KernelInstance } from './kernel';

/** A cache line, at which every allocation starts. */
const ALIGNMENT = 64;

/** The memory of one instance of the kernel. It is allocated upwards, and freed down to a mark. */
export class KernelMemory {
  private readonly instance: KernelInstance;
  private next: number;

  /** @param stop stops every call that has no signal */
  constructor(
    kernel: Kernel,
    private readonly stop?: StopSignal,
  ) {
    this.instance = kernel.open();
    this.next = aligned(this.instance.base);
  }

  /**
   * Calls a function that returns a status.
   * @throws Stopped if the signal is set
   */
  call(name: KernelFunction, signal: StopSignal | undefined, a: number, b = 0, c = 0): void {
    const status = this.instance.call(name, signal ?? this.stop, a, b, c);
    if (status === KernelStatus.stopped) throw new Stopped();
    if (status !== KernelStatus.done) throw outOfBounds(name);
  }

  /** Calls a function that returns a count. It cannot be stopped. */
  count(name: KernelFunction, a = 0, b = 0, c = 0): number {
    return this.instance.call(name, undefined, a, b, c);
  }

  /**
   * Calls a function with a buffer for intermediate results. The function returns the size that it needs, if
   * the buffer is too small, and is called again with a buffer of that size.
   * @throws Stopped if the memory's signal is set
   */
  callWithBuffer(
    name: KernelFunction,
    argumentsOf: (buffer: number, bytes: number) => readonly [a: number, b?: number, c?: number],
  ): void {
    for (let bytes = 4096; ;) {
      throwIfStopped(this.stop);
      const buffer = this.reserve(bytes);
      const [a, b = 0, c = 0] = argumentsOf(buffer, bytes);
      const needed = this.instance.call(name, this.stop, a, b, c);
      if (needed === KernelStatus.done) return;
      if (needed === KernelStatus.stopped) throw new Stopped();
      if (needed === KernelStatus.outOfBounds || needed <= bytes) throw outOfBounds(name);
      this.release(buffer);
      bytes = needed;
    }
  }

  /** Frees everything above a mark of {@link mark}. */
  release(mark: number): void {
    this.next = mark;
  }

  /** The address of the next allocation. */
  mark(): number {
    return this.next;
  }

  /** Allocates bytes that are 0. @returns their address */
  allocate(bytes: number): number {
    const address = this.reserve(bytes);
    new Uint8Array(this.instance.buffer, this.instance.origin + address, bytes).fill(0);
    return address;
  }

  /** Allocates bytes with arbitrary content. @returns their address */
  reserve(bytes: number): number {
    const address = this.next;
    const next = aligned(address + bytes);
    if (next > this.instance.bytes) this.grow(next);
    this.next = next;
    return address;
  }

  private grow(bytes: number): void {
    throwIfStopped(this.stop);
    try {
      this.instance.grow(bytes);
    } catch (error) {
      const megabytes = Math.ceil(bytes / 1e6);
      throw new LabError(
        'unsupported',
        `the kernel would need ${megabytes} MB of memory, which it cannot have; smaller batches, narrower layers or fewer samples take less`,
        {},
        { cause: error },
      );
    }
  }

  /*
   * Views of the memory, valid until the next allocation.
   */

  float32(address: number, length: number): Float32Array {
    return new Float32Array(this.instance.buffer, this.instance.origin + address, length);
  }

  float64(address: number, length: number): Float64Array {
    return new Float64Array(this.instance.buffer, this.instance.origin + address, length);
  }

  uint32(address: number, length: number): Uint32Array {
    return new Uint32Array(this.instance.buffer, this.instance.origin + address, length);
  }

  /**
   * Copies values into the memory.
   * @returns their address
   * @throws Stopped if the memory's signal is set: many values take long
   */
  place(values: Float32Array | Float64Array | Uint32Array | Uint8Array): number {
    throwIfStopped(this.stop);
    const address = this.reserve(values.byteLength);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    new Uint8Array(this.instance.buffer, this.instance.origin + address, bytes.length).set(bytes);
    return address;
  }

  /** Copies integers of 32 bits into the memory. @returns their address */
  integers(values: readonly number[]): number {
    return this.place(Uint32Array.from(values));
  }

  /** Writes consecutive records into the memory. @returns the address of the first */
  records<T extends object>(layout: RecordOf<T>, records: readonly T[]): number {
    const size = 4 * layout.length;
    const address = this.reserve(size * records.length);
    const { buffer, origin } = this.instance;
    const view = new DataView(buffer, origin + address, size * records.length);
    records.forEach((record, r) => {
      layout.forEach(([field, kind], i) => {
        const at = r * size + 4 * i;
        const value = record[field] as number;
        if (kind === 'f32') view.setFloat32(at, value, true);
        else view.setUint32(at, value, true);
      });
    });
    return address;
  }

  /** Writes a record into the memory. @returns its address */
  record<T extends object>(layout: RecordOf<T>, record: T): number {
    return this.records(layout, [record]);
  }
}

function aligned(address: number): number {
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT;
}

function outOfBounds(name: KernelFunction): Error {
  return new Error(`the kernel refused ${name}: something does not lie within its memory`);
}
