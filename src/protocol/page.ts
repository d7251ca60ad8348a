/*
 * What every page and its host have in common. A surface's own interfaces extend these.
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
  /** Shows an error that the page has no place for. */
  report(problem: { readonly message: string }): void;
}

/** What the host may tell every page. */
export interface Page {
  /** The selection changed elsewhere. */
  select(selection: PageSelection): void;
}

/** Where something was selected: whoever changed the selection does not follow it. */
export type SelectionSource = 'code' | 'tree' | 'matrix' | 'trajectories' | 'notebook';

/** What the user looks at, over all views of a window. Parts that are left out are not chosen. */
export interface PageSelection {
  /** Absolute path of the experiment's folder. */
  readonly experiment: string;
  /** Absolute path of the run's folder. */
  readonly run?: string;
  /** As `checkpointName` gives it. */
  readonly checkpoint?: string;
  /** 0-based index of a hidden layer. */
  readonly layer?: number;
  /** Index of a neuron in its layer of the unpruned specimen. */
  readonly unit?: number;
  readonly source: SelectionSource;
}
