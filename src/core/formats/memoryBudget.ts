import { invalid } from '../errors';

/** Bytes that reading may allocate for every byte of the file. */
export const MEMORY_PER_FILE_BYTE = 16;
/** Bytes that reading may allocate whatever the size of the file, 1 MiB. */
export const MEMORY_FLOOR = 2 ** 20;

/**
 * What reading one file may allocate for its bulk data: {@link MEMORY_PER_FILE_BYTE} times the
 * file's size plus {@link MEMORY_FLOOR}, whatever the file says about itself.
 */
export class MemoryBudget {
  private readonly limit: number;
  private left: number;

  constructor(fileBytes: number) {
    this.limit = MEMORY_PER_FILE_BYTE * fileBytes + MEMORY_FLOOR;
    this.left = this.limit;
  }

  /**
   * Accounts for bytes that are about to be allocated.
   * @throws LabError when they exceed what is left
   */
  spend(bytes: number, purpose: string): void {
    if (!(bytes <= this.left)) {
      throw invalid(
        `${purpose} would take ${bytes} bytes; reading this file may take ${this.limit} in all ` +
          `(${MEMORY_PER_FILE_BYTE} times its size and 1 MiB), of which ${this.left} are left`,
      );
    }
    this.left -= bytes;
  }
}
