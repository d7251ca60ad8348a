import { LabError } from '../errors';

/** Bytes with the name to call them by in messages. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Adds the file's name to whatever goes wrong inside. */
export function placed<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof LabError ? error.at({ file }) : error;
  }
}
