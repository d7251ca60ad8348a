import { counted } from '../counted';
import { Inflate, strFromU8 } from 'fflate';
import { invalid, LabError, show } from '../errors';
import { crc32 } from './crc32';
import type { MemoryBudget } from './memoryBudget';

/*
 * The ZIP format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, section 4.3. Implemented here
 * because fflate's reader checks neither sizes nor checksums.
 */
const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const STORED = 0;
const DEFLATED = 8;
/** Inflates in steps, so that a zip bomb is stopped after at most 1032 times as many bytes. */
const INFLATE_STEP = 4096;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  readonly headerOffset: number;
}

/** A ZIP archive in memory whose entries are unpacked on demand. */
export class ZipArchive {
  private readonly view: DataView;
  private readonly entries = new Map<string, Entry>();

  /**
   * Reads only the directory.
   * @param budget for inflated entries; stored entries are views of `bytes` and cost nothing
   * @throws LabError unless this is a complete, unencrypted, single-part archive below 4 GB
   */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly budget: MemoryBudget,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (const entry of readDirectory(bytes, this.view)) {
      if (this.entries.has(entry.name)) {
        throw invalid(`the zip archive has two entries ${show(entry.name)}`);
      }
      this.entries.set(entry.name, entry);
    }
  }

  /** Names of all entries, in the order of the directory. */
  get names(): string[] {
    return [...this.entries.keys()];
  }

  /** Unpacked size of an entry according to the directory, `undefined` without such an entry. */
  sizeOf(name: string): number | undefined {
    return this.entries.get(name)?.size;
  }

  /**
   * The unpacked bytes; a view for a stored entry.
   * @throws LabError when the entry is missing, damaged, encrypted, or larger than it claims
   */
  read(name: string): Uint8Array {
    const entry = this.entries.get(name);
    if (entry === undefined) throw invalid(`the zip archive has no entry ${show(name)}`);
    const packed = this.packed(entry);
    const bytes = entry.method === STORED ? packed : this.inflate(entry, packed);
    // PyTorch leaves the checksum 0 after set_crc32_options(False).
    if (entry.crc !== 0 && entry.crc !== crc32(bytes)) {
      throw invalid(`entry ${show(name)} is damaged: its checksum does not match`);
    }
    return bytes;
  }

  private packed({ name, headerOffset, packedSize, size, method }: Entry): Uint8Array {
    const { view, bytes } = this;
    if (headerOffset + 30 > bytes.length || view.getUint32(headerOffset, true) !== LOCAL_HEADER) {
      throw invalid(`entry ${show(name)} has no header at byte ${headerOffset}`);
    }
    const names = view.getUint16(headerOffset + 26, true) + view.getUint16(headerOffset + 28, true);
    const start = headerOffset + 30 + names;
    if (start + packedSize > bytes.length) {
      throw invalid(
        `entry ${show(name)} of ${counted(packedSize, 'byte')} extends beyond the end of the file`,
      );
    }
    if (method === STORED && packedSize !== size) {
      throw invalid(`entry ${show(name)} is stored, but has two sizes: ${packedSize} and ${size}`);
    }
    return bytes.subarray(start, start + packedSize);
  }

  private inflate({ name, size }: Entry, packed: Uint8Array): Uint8Array {
    this.budget.spend(size, `entry ${show(name)}`);
    const bytes = new Uint8Array(size);
    let length = 0;
    const stream = new Inflate((chunk) => {
      if (length + chunk.length > size) {
        throw invalid(`entry ${show(name)} holds more than the ${counted(size, 'byte')} it claims`);
      }
      bytes.set(chunk, length);
      length += chunk.length;
    });
    try {
      for (let at = 0; at < packed.length; at += INFLATE_STEP) {
        stream.push(packed.subarray(at, at + INFLATE_STEP), at + INFLATE_STEP >= packed.length);
      }
    } catch (error) {
      if (error instanceof LabError) throw error;
      throw invalid(`entry ${show(name)} is damaged: ${String(error)}`);
    }
    if (length !== size) {
      throw invalid(
        `entry ${show(name)} holds ${counted(length, 'byte')}, not the ${size} it claims`,
      );
    }
    return bytes;
  }
}

function* readDirectory(bytes: Uint8Array, view: DataView): Generator<Entry> {
  const end = findEnd(bytes, view);
  const count = view.getUint16(end + 10, true);
  const start = view.getUint32(end + 16, true);
  if (view.getUint16(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count) {
    throw new LabError('unsupported', 'zip archives in several parts are not supported');
  }
  if (count === 0xffff || start === 0xffffffff) {
    throw new LabError(
      'unsupported',
      'zip archives beyond 4 GB or 65534 entries are not supported',
    );
  }
  for (let at = start, i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL_HEADER) {
      throw invalid(`the zip archive's directory is damaged at entry ${i}, byte ${at}`);
    }
    const nameEnd = at + 46 + view.getUint16(at + 28, true);
    const next = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) throw invalid(`the zip archive's directory is cut off at entry ${i}`);
    const name = strFromU8(bytes.subarray(at + 46, nameEnd));
    const method = view.getUint16(at + 10, true);
    if ((view.getUint16(at + 8, true) & 1) === 1) {
      throw new LabError('unsupported', `entry ${show(name)} is encrypted`);
    }
    if (method !== STORED && method !== DEFLATED) {
      throw new LabError('unsupported', `entry ${show(name)} is compressed by method ${method}`);
    }
    yield {
      name,
      method,
      crc: view.getUint32(at + 16, true),
      packedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      headerOffset: view.getUint32(at + 42, true),
    };
    at = next;
  }
}

/** Offset of the end-of-directory record, which only the archive's comment follows. */
function findEnd(bytes: Uint8Array, view: DataView): number {
  const last = bytes.length - END_BYTES;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT_BYTES); at--) {
    if (
      view.getUint32(at, true) === END_OF_DIRECTORY &&
      at + END_BYTES + view.getUint16(at + 20, true) === bytes.length
    ) {
      return at;
    }
  }
  throw invalid(
    'not a complete zip archive: the directory at its end is missing. Copy or download it again',
  );
}
