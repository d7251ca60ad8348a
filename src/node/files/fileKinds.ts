/** A kind of file and the largest size that is read. */
export interface FileKind {
  /** For messages, e.g. `a lock`. */
  readonly what: string;
  /** Bytes. */
  readonly most: number;
}

const KIB = 2 ** 10;
const MIB = 2 ** 20;
const GIB = 2 ** 30;

/**
 * Limits of file sizes. Each is far above what the lab or a person writes, and low enough that a folder
 * from elsewhere can exhaust neither memory nor time.
 */
export const FILE_KINDS = {
  experiment: { what: 'an experiment.json', most: 4 * MIB },
  /** `run.json` and `started.json`: the specification, its seeds, and its warnings. */
  header: { what: 'the description of a run', most: 4 * MIB },
  lock: { what: 'a lock', most: 64 * KIB },
  digest: { what: 'the digest of a leg', most: 64 * KIB },
  metrics: { what: 'a table of metrics', most: 2 * GIB - 1 },
  notebook: { what: 'a notebook', most: 256 * MIB },
  /** A file saved by PyTorch or the lab. */
  data: { what: 'a file of data', most: 2 * GIB - 1 },
  /** A file that a cell imports: JSON or TypeScript. */
  json: { what: 'an imported file', most: 256 * MIB },
  cache: { what: 'a cache', most: 4 * MIB },
} as const satisfies Record<string, FileKind>;

/** A thousand times the length of a row that the lab writes. */
export const MAX_ROW_BYTES = 4 * MIB;

/** A number of bytes for people: `4 MiB`, `10.7 GiB`. */
export function bytesInWords(bytes: number): string {
  if (bytes < KIB) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  const [size, unit] =
    bytes < MIB ? [KIB, 'KiB'] : bytes < GIB ? [MIB, 'MiB'] : ([GIB, 'GiB'] as const);
  return `${Number((bytes / size).toFixed(1))} ${unit}`;
}
