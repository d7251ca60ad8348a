import { LabError } from '../errors';

/** A file's content with its name for messages. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Adds the file's name to the errors that `work` throws. */
export function inFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof LabError ? error.at({ file }) : error;
  }
}
