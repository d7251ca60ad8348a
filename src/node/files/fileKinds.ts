/** A kind of file and the largest size that is read. */
export interface FileKind {
  /** For messages, e.g. `a lock`. */
  readonly what: string;
  /** Bytes. */
  readonly most: number;
}

/** Just below the size at which Node reads no file in one piece. */
const MAX_FILE = 2 ** 31 - 1;

/**
 * Limits of file sizes in bytes. Each is far above what the lab or a person writes, and low enough that a folder
 * from elsewhere can exhaust neither memory nor time.
 */
export const FILE_KINDS = {
  experiment: { what: 'an experiment.json', most: 5e6 },
  /** `run.json` and `started.json`: the specification, its seeds, and its warnings. */
  header: { what: 'the description of a run', most: 5e6 },
  lock: { what: 'a lock', most: 100_000 },
  digest: { what: 'the digest of a leg', most: 100_000 },
  metrics: { what: 'a table of metrics', most: MAX_FILE },
  notebook: { what: 'a notebook', most: 300e6 },
  /** A file saved by PyTorch or the lab. */
  data: { what: 'a file of data', most: MAX_FILE },
  /** A file that a cell imports: JSON or TypeScript. */
  json: { what: 'an imported file', most: 300e6 },
  cache: { what: 'a cache', most: 5e6 },
} as const satisfies Record<string, FileKind>;

/** A thousand times the length of a row that the lab writes. */
export const MAX_ROW_BYTES = 5e6;
