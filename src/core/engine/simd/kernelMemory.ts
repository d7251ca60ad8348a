import { LabError } from '../../errors';
import { instantiateKernel, type KernelExports } from './kernel';

const PAGE = 65_536;
/** A cache line: everything starts on one. */
const ALIGNMENT = 64;

/** The memory of one kernel instance, handed out from the bottom up and freed as a whole. */
export class KernelMemory {
  readonly kernel: KernelExports = instantiateKernel();
  private next = PAGE;

  /** Frees everything above a mark, as {@link mark} gave it. */
  release(mark: number): void {
    this.next = mark;
  }

  /** Where the next allocation will stand. */
  mark(): number {
    return this.next;
  }

  /** Address of so many bytes of zeros, or of another value. */
  allocate(bytes: number, value = 0): number {
    const address = this.reserve(bytes);
    new Uint8Array(this.kernel.memory.buffer, address, bytes).fill(value);
    return address;
  }

  /** Address of so many bytes that hold anything. */
  reserve(bytes: number): number {
    const address = this.next;
    this.next = Math.ceil((address + bytes) / ALIGNMENT) * ALIGNMENT;
    const { memory } = this.kernel;
    const missing = this.next - memory.buffer.byteLength;
    if (missing > 0) this.grow(Math.ceil(missing / PAGE));
    return address;
  }

  private grow(pages: number): void {
    try {
      this.kernel.memory.grow(pages);
    } catch (error) {
      const megabytes = Math.ceil(this.next / 1e6);
      throw new LabError(
        'unsupported',
        `the kernel would need ${megabytes} MB of memory, which it cannot have; smaller batches, narrower layers or fewer samples take less`,
        {},
        { cause: error },
      );
    }
  }

  /*
   * Views; they are good until the next allocation.
   */

  float32(address: number, length: number): Float32Array {
    return new Float32Array(this.kernel.memory.buffer, address, length);
  }

  float64(address: number, length: number): Float64Array {
    return new Float64Array(this.kernel.memory.buffer, address, length);
  }

  uint32(address: number, length: number): Uint32Array {
    return new Uint32Array(this.kernel.memory.buffer, address, length);
  }

  /** Allocates a record of 32-bit fields in the order of its keys; `f32` ones are given as such. */
  record(fields: Readonly<Record<string, number | Float32>>): number {
    const values = Object.values(fields);
    const address = this.allocate(4 * values.length);
    const view = new DataView(this.kernel.memory.buffer, address);
    values.forEach((value, i) => {
      if (typeof value === 'number') view.setUint32(4 * i, value, true);
      else view.setFloat32(4 * i, value.float32, true);
    });
    return address;
  }

  /** Copies rows of a packed `[rows, width]` array to rows of `stride` bytes. */
  writeRows(address: number, stride: number, values: Float32Array, width: number): void {
    const step = stride / 4;
    const rows = values.length / width;
    const target = this.float32(address, rows * step);
    for (let r = 0; r < rows; r++) {
      const start = r * width;
      for (let c = 0; c < width; c++) target[r * step + c] = values[start + c];
    }
  }

  /** Copies so many columns of rows of `stride` bytes to a packed `[rows, width]` array. */
  readRows(address: number, stride: number, rows: number, width: number): Float32Array {
    const step = stride / 4;
    const source = this.float32(address, rows * step);
    const values = new Float32Array(rows * width);
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < width; c++) values[r * width + c] = source[r * step + c];
    }
    return values;
  }
}

/** A number that a record holds as float32. */
export interface Float32 {
  readonly float32: number;
}

/** Columns, rounded up to a vector. */
export function fours(count: number): number {
  return (count + 3) & ~3;
}

/**
 * Bytes from row to row of a matrix of so many columns. Rows of a multiple of 64 bytes would fall on
 * few sets of the cache, so they are shifted by one vector.
 */
export function strideOf(columns: number): number {
  const padded = fours(columns);
  return 4 * (padded >= 32 && padded % 16 === 0 ? padded + 4 : padded);
}
