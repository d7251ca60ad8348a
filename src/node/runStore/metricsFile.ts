import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { invalid, LabError } from '../../core/errors';
import { flattenRow, type FlatRow, type MetricsRow } from '../../core/experiment/metricsRow';
import {
  isArmName,
  legEpochs,
  legName,
  PHASES,
  type Leg,
  type Phase,
} from '../../core/experiment/plan';
import type { Specification } from '../../core/experiment/specification';
import { excessOfText } from '../../core/formats/json/bounds';
import { byteSize } from '../../core/byteSize';
import { FILE_KINDS, MAX_ROW_BYTES } from '../files/fileKinds';
import { readBytes } from '../files/files';
import { openToAppend } from '../files/newFile';
import { openRegular, tooLarge } from '../files/regularFile';
import { TimeSlice } from '../files/eventLoop';
import { Hasher, writeWithDigest, type Digest } from './digest';
import { asStorageError, onDisk, syncFolder, unlessMissing } from './disk';

/** A row and its byte range in the file, without the line end. */
export interface StoredRow {
  readonly flat: FlatRow & RowKey;
  /** Name of its leg. */
  readonly leg: string;
  readonly epoch: number;
  readonly start: number;
  readonly end: number;
}

/** The byte range of a row. */
export type RowPlace = Pick<StoredRow, 'epoch' | 'start' | 'end'>;

/** Byte ranges of rows by leg name. */
export type RowPlaces = Map<string, RowPlace[]>;

const LINE_END = 0x0a;
const OPENING = 0x7b;

/** Identifies a row. */
type RowKey = Leg & Pick<MetricsRow, 'phase' | 'epoch'>;

/** Written by hand, since a schema would double the time to read a row. */
function hasKey(flat: FlatRow): flat is FlatRow & RowKey {
  const { seed, arm, phase, epoch, requested, step } = flat;
  return (
    Number.isSafeInteger(seed) &&
    typeof arm === 'string' &&
    isArmName(arm) &&
    PHASES.includes(phase as Phase) &&
    Number.isSafeInteger(epoch) &&
    (epoch as number) >= 0 &&
    (requested === null || typeof requested === 'number') &&
    (step === undefined || Number.isSafeInteger(step))
  );
}

/** How long rows are buffered: a thousand rows a second make twenty writes. */
const GATHER_MS = 50;

/** The rows of a run while it is written. */
export class MetricsFile {
  private handle: FileHandle | undefined;
  private gathered = '';
  private written = -Infinity;
  private end: number;
  /** By unfinished leg. */
  private readonly hashers = new Map<string, Hasher>();

  /** @param places byte ranges of the rows already in the file */
  constructor(
    private readonly file: string,
    private readonly places: RowPlaces,
  ) {
    this.end = [...places.values()].flat().reduce((last, { end }) => Math.max(last, end + 1), 0);
  }

  /** Appends a row; it is written now or with a later row. @throws LabError (`storage`) */
  async append(row: MetricsRow): Promise<void> {
    const line = `${JSON.stringify(flattenRow(row))}\n`;
    this.gathered += line;
    const bytes = Buffer.from(line);
    const start = this.end;
    this.end += bytes.length;
    const leg = legName(row);
    addPlace(this.places, leg, { epoch: row.epoch, start, end: this.end - 1 });
    const hasher = this.hashers.get(leg) ?? new Hasher();
    hasher.add(bytes);
    this.hashers.set(leg, hasher);
    if (performance.now() - this.written > GATHER_MS) await this.flush();
  }

  /** Flushes all rows to disk. @throws LabError (`storage`) */
  async sync(): Promise<void> {
    await this.flush();
    await onDisk(this.file, 'write the file', async () => {
      await this.handle?.sync();
      await syncFolder(path.dirname(this.file));
    });
  }

  /** The digest of a leg's rows in the order of measurement, which is by epoch. */
  finishLeg(leg: string): Digest {
    const hasher = this.hashers.get(leg) ?? new Hasher();
    this.hashers.delete(leg);
    return hasher.end();
  }

  placesOf(leg: string): readonly RowPlace[] {
    return this.places.get(leg) ?? [];
  }

  /** Closes the file in any case. @throws LabError (`storage`) when buffered rows cannot be written */
  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.release();
    }
  }

  private async flush(): Promise<void> {
    const { gathered } = this;
    this.gathered = '';
    if (gathered === '') return;
    await onDisk(this.file, 'write the file', async () => {
      this.handle ??= await openToAppend(this.file);
      await this.handle.writeFile(gathered);
    });
    this.written = performance.now();
  }

  private async release(): Promise<void> {
    const { handle } = this;
    this.handle = undefined;
    await handle?.close();
  }
}

/**
 * Reads the rows of a file in order, one in memory at a time. Leaves out an incomplete last line.
 * @param damaged what to do with a line that is not a row
 * @throws LabError with the line when it is not a row; (`storage`) when the file cannot be read
 */
export async function* readRows(
  file: string,
  damaged: 'throw' | 'skip',
): AsyncGenerator<StoredRow, void> {
  let line = 0;
  const slice = new TimeSlice();
  for await (const lines of readLines(file)) {
    for (const { bytes, start, ended } of lines) {
      line++;
      if (slice.isOver) await slice.yieldToEventLoop();
      if (!bytes) {
        if (damaged === 'skip') continue;
        throw invalid(
          `the line has more than ${byteSize(MAX_ROW_BYTES)}: it is not a row of metrics`,
          { file, line },
        );
      }
      const flat = parseRow(bytes);
      if (flat && hasKey(flat)) {
        const leg = legName(flat);
        yield { flat, leg, epoch: flat.epoch, start, end: start + bytes.length };
      } else if (ended && damaged === 'throw') {
        throw invalid('the line is damaged: it is not a row of metrics', { file, line });
      }
    }
  }
}

/** Bytes. Rows that the lab writes are shorter, and are parsed without a check of their size. */
const LONG_ROW = 65_536;
/** Above a row of the widest and deepest network. */
const ROW_BOUNDS = { values: 500_000, levels: 64 };

function parseRow(bytes: Buffer): FlatRow | undefined {
  // Throwing costs more than parsing a row, and there may be millions of other lines.
  if (bytes[0] !== OPENING) return undefined;
  try {
    if (bytes.length > LONG_ROW && excessOfText(bytes, ROW_BOUNDS) !== undefined) return undefined;
    // Other JSON values are rejected by hasKey.
    return (JSON.parse(bytes.toString('utf8')) ?? undefined) as FlatRow | undefined;
  } catch {
    return undefined;
  }
}

interface Line {
  /** Undefined for a line that is longer than any row. */
  readonly bytes: Buffer | undefined;
  /** In the file. */
  readonly start: number;
  /** Whether it has a line end. */
  readonly ended: boolean;
}

const CHUNK_BYTES = 65_536;

/** The lines of the file as it is now; ignores lines that are appended meanwhile. */
async function* readLines(file: string): AsyncGenerator<readonly Line[], void> {
  try {
    const handle = await openRegular(file);
    try {
      const { size } = await handle.stat();
      if (size > FILE_KINDS.metrics.most) {
        throw tooLarge(file, FILE_KINDS.metrics, `it has ${byteSize(size)}`);
      }
      yield* linesOf(handle, size);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw asStorageError(error, file, 'read the file');
  }
}

async function* linesOf(handle: FileHandle, size: number): AsyncGenerator<readonly Line[], void> {
  let pieces: Buffer[] = [];
  let length = 0;
  let offset = 0;
  const line = (piece: Buffer, ended: boolean): Line => {
    const whole = pieces.length === 0 ? piece : Buffer.concat([...pieces, piece]);
    const start = offset;
    const bytes = length + piece.length > MAX_ROW_BYTES ? undefined : whole;
    offset += length + piece.length + 1;
    pieces = [];
    length = 0;
    return { bytes, start, ended };
  };
  for (let at = 0; at < size;) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - at));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) break;
    at += bytesRead;
    const read = chunk.subarray(0, bytesRead);
    const lines: Line[] = [];
    let start = 0;
    for (let end = read.indexOf(LINE_END); end >= 0; end = read.indexOf(LINE_END, start)) {
      lines.push(line(read.subarray(start, end), true));
      start = end + 1;
    }
    const rest = read.subarray(start);
    length += rest.length;
    // Of a line that is too long, only the length matters.
    if (length > MAX_ROW_BYTES) pieces = [];
    else if (rest.length > 0) pieces.push(rest);
    yield lines;
  }
  if (length > 0) yield [line(Buffer.alloc(0), false)];
}

/** Byte ranges of all rows by leg. @throws LabError as {@link readRows} does */
export async function rowsByLeg(file: string, damaged: 'throw' | 'skip'): Promise<RowPlaces> {
  const legs: RowPlaces = new Map();
  for await (const { leg, epoch, start, end } of readRows(file, damaged)) {
    addPlace(legs, leg, { epoch, start, end });
  }
  return legs;
}

export function addPlace(legs: RowPlaces, leg: string, place: RowPlace): void {
  const places = legs.get(leg);
  if (places) places.push(place);
  else legs.set(leg, [place]);
}

/** Whether a leg has exactly one row for each epoch, including epoch 0. */
export function isComplete(
  specification: Specification,
  leg: Leg,
  places: readonly RowPlace[],
): boolean {
  const epochs = new Set(places.map(({ epoch }) => epoch));
  const last = legEpochs(specification, leg);
  return places.length === last + 1 && epochs.size === last + 1 && Math.max(...epochs) === last;
}

/** The whole file; undefined if it is missing. @throws LabError (`storage`) */
export async function readMetrics(file: string): Promise<Uint8Array | undefined> {
  return unlessMissing(readBytes(file, FILE_KINDS.metrics));
}

/**
 * Replaces a file by some of its lines, in this order.
 * @param bytes the content of the file
 * @throws LabError (`storage`)
 */
export async function keepRows(
  file: string,
  bytes: Uint8Array,
  places: readonly RowPlace[],
): Promise<Digest> {
  return writeWithDigest(file, async (sink) => {
    for (const { start, end } of places) {
      if (end > bytes.length) throw new LabError('storage', `ends before byte ${end}`, { file });
      await sink(bytes.subarray(start, end));
      await sink(Uint8Array.of(LINE_END));
    }
  });
}
