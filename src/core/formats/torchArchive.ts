import { strFromU8 } from 'fflate';
import { invalid, LabError, show } from '../errors';
import type { MemoryBudget } from './memoryBudget';
import {
  decodeValues,
  elementBytes,
  heldBytes,
  type ByteOrder,
  type Dtype,
  type ValuesOf,
} from './tensor';
import type { StorageReference } from './torchPickle';
import { ZipArchive } from './zipArchive';

/** The file that torch.save writes: a zip archive of one pickle and the storages it refers to. */
export class TorchArchive {
  private readonly zip: ZipArchive;
  /** All entries lie in one folder, named after the file that torch.save wrote. */
  private readonly folder: string;
  private readonly order: ByteOrder;
  private readonly storages = new Map<string, ValuesOf[Dtype]>();

  /**
   * @param budget pays for what is inflated and for the storages
   * @throws LabError when this is no such file, with what to do about it where that is known
   */
  constructor(
    bytes: Uint8Array,
    private readonly budget: MemoryBudget,
  ) {
    checkFormat(bytes);
    this.zip = new ZipArchive(bytes, budget);
    this.folder = findFolder(this.zip);
    this.order = readByteOrder(this.zip, `${this.folder}/byteorder`);
  }

  /** The bytes of the pickle. */
  pickle(): Uint8Array {
    return this.zip.read(`${this.folder}/data.pkl`);
  }

  /**
   * The values of a storage; asked twice, the same array.
   * @throws LabError when it is missing, damaged, or not of the size that the pickle claims
   */
  storage({ dtype, key, length }: StorageReference): ValuesOf[Dtype] {
    const known = this.storages.get(`${dtype} ${key}`);
    if (known !== undefined) return known;
    const name = `${this.folder}/data/${key}`;
    const size = this.zip.sizeOf(name);
    if (size === undefined) throw invalid(`the file has no entry ${show(name)} for the storage`);
    if (size !== length * elementBytes(dtype)) {
      throw invalid(`entry ${show(name)} has ${size} bytes, which is not ${length} ${dtype}`);
    }
    this.budget.spend(length * heldBytes(dtype), `entry ${show(name)}`);
    const values = decodeValues(dtype, this.zip.read(name), this.order);
    this.storages.set(`${dtype} ${key}`, values);
    return values;
  }
}

/** The number every torch file began with before PyTorch 1.6: LONG1 of 0x1950a86a20f9469cfc6c. */
const LEGACY_START = '80028a0a6cfc9c46f9206aa85019';

function checkFormat(bytes: Uint8Array): void {
  const start = Array.from(bytes.subarray(0, 14), (byte) => byte.toString(16).padStart(2, '0'));
  if (start.join('') === LEGACY_START) {
    throw new LabError(
      'unsupported',
      'written in the format before PyTorch 1.6; load it in Python and write it again: ' +
        'torch.save(torch.load(old_file), new_file)',
    );
  }
  if (start[0] === '80') {
    throw new LabError(
      'unsupported',
      'a plain pickle; in Python, write its tensors with torch.save of PyTorch 1.6 or later',
    );
  }
  if (start.slice(0, 2).join('') !== '504b') {
    throw invalid(
      `not a torch file: it begins with the bytes ${start.slice(0, 4).join(' ') || '(none)'}, ` +
        'not with 50 4b (a zip archive)',
    );
  }
}

function findFolder(zip: ZipArchive): string {
  const pickles = zip.names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length !== 1) {
    throw invalid(
      `not a torch file: ${pickles.length} entries NAME/data.pkl in the zip archive of ` +
        show(zip.names),
    );
  }
  return pickles[0].slice(0, -'/data.pkl'.length);
}

function readByteOrder(zip: ZipArchive, name: string): ByteOrder {
  if (zip.sizeOf(name) === undefined) return 'little';
  const order = strFromU8(zip.read(name));
  if (order !== 'little' && order !== 'big') {
    throw invalid(`entry ${show(name)} is ${show(order)}, neither "little" nor "big"`);
  }
  return order;
}
