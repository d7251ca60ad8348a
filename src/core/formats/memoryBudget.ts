import { byteSize } from '../byteSize';
import { counted } from '../counted';
import { invalid } from '../errors';

/** Bytes that reading may allocate per byte of the file. */
export const MEMORY_PER_FILE_BYTE = 16;
/** Bytes that reading may allocate in addition, 1 MB. */
export const MEMORY_FLOOR = 1e6;

/**
 * Limits the memory for bulk data when reading a file to {@link MEMORY_PER_FILE_BYTE} times its size plus
 * {@link MEMORY_FLOOR}, whatever sizes the file claims.
 */
export class MemoryBudget {
  private readonly limit: number;
  private left: number;

  constructor(fileBytes: number) {
    this.limit = MEMORY_PER_FILE_BYTE * fileBytes + MEMORY_FLOOR;
    this.left = this.limit;
  }

  /**
   * Records bytes that are about to be allocated.
   * @throws LabError when they exceed the remaining budget
   */
  spend(bytes: number, purpose: string): void {
    if (!(bytes <= this.left)) {
      throw invalid(
        `${purpose} would take ${counted(bytes, 'byte')}, but reading this file may take only ${this.limit} in total ` +
          `(${MEMORY_PER_FILE_BYTE} times its size and ${byteSize(MEMORY_FLOOR)}), and ${this.left} remain`,
      );
    }
    this.left -= bytes;
  }
}
