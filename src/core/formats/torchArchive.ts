import { counted } from '../counted';
import { strFromU8 } from 'fflate';
import { invalid, LabError, show } from '../errors';
import { describeZip, wayOutOf } from './conversion';
import { fileKindOf } from './fileKind';
import type { MemoryBudget } from './memoryBudget';
import type { Purpose } from './python';
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

/** The format of torch.save: a zip archive with a pickle and the storages it refers to. */
export class TorchArchive {
  private readonly zip: ZipArchive;
  /** The folder with all entries, named after the file that torch.save wrote. */
  private readonly folder: string;
  private readonly order: ByteOrder;
  private readonly storages = new Map<string, ValuesOf[Dtype]>();

  /**
   * @param budget for inflated entries and storages
   * @throws LabError for a file of another format, with advice on how to convert it where possible
   */
  constructor(
    bytes: Uint8Array,
    private readonly budget: MemoryBudget,
    purpose: Purpose,
  ) {
    checkFormat(bytes, purpose);
    this.zip = new ZipArchive(bytes, budget);
    this.folder = findFolder(this.zip, purpose);
    this.order = readByteOrder(this.zip, `${this.folder}/byteorder`);
  }

  /** The bytes of the pickle. */
  pickle(): Uint8Array {
    return this.zip.read(`${this.folder}/data.pkl`);
  }

  /**
   * The values of a storage, cached.
   * @throws LabError when it is missing, damaged, or not of the size that the pickle claims
   */
  storage({ dtype, key, length }: StorageReference): ValuesOf[Dtype] {
    const known = this.storages.get(`${dtype} ${key}`);
    if (known !== undefined) return known;
    const name = `${this.folder}/data/${key}`;
    const size = this.zip.sizeOf(name);
    if (size === undefined) throw invalid(`the file has no entry ${show(name)} for the storage`);
    if (size !== length * elementBytes(dtype)) {
      throw invalid(
        `entry ${show(name)} has ${counted(size, 'byte')}, not those of ${length} ${dtype}`,
      );
    }
    this.budget.spend(length * heldBytes(dtype), `entry ${show(name)}`);
    const values = decodeValues(dtype, this.zip.read(name), this.order);
    this.storages.set(`${dtype} ${key}`, values);
    return values;
  }
}

function checkFormat(bytes: Uint8Array, purpose: Purpose): void {
  const kind = fileKindOf(bytes);
  if (kind.format === 'zip') return;
  throw new LabError('unsupported', `is ${kind.name}. ${wayOutOf(kind, bytes, purpose)}`);
}

function findFolder({ names }: ZipArchive, purpose: Purpose): string {
  const pickles = names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  // TorchScript programs have such an entry too.
  const isProgram = names.some((name) => /^[^/]+\/constants\.pkl$/.test(name));
  if (pickles.length === 1 && !isProgram) return pickles[0].slice(0, -'/data.pkl'.length);
  const { name, wayOut } = describeZip(names, purpose);
  throw new LabError('unsupported', `is ${name}, not a file of torch.save. ${wayOut}`);
}

function readByteOrder(zip: ZipArchive, name: string): ByteOrder {
  if (zip.sizeOf(name) === undefined) return 'little';
  const order = strFromU8(zip.read(name));
  if (order !== 'little' && order !== 'big') {
    throw invalid(`entry ${show(name)} is ${show(order)}, neither "little" nor "big"`);
  }
  return order;
}
