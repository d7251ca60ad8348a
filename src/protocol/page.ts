/*
 * What every page and its host have in common. The interfaces of each page extend these.
 */

/** A file that a page made: a picture, or exactly the numbers that it shows. */
export interface ExportedFile {
  /** Proposed name, with its ending: `NonLinear0 matrix.svg`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What every page may ask of its host. */
export interface PageHost {
  /** Asks the user where to, and writes the file. @returns where it is; undefined if the user declined */
  save(file: ExportedFile): Promise<string | undefined>;
}
