import { invalid, LabError, show } from '../errors';
import { MemoryBudget } from './memoryBudget';
import { adviceFor } from './opaqueAdvice';
import { MAX_PICKLE_OPERATIONS, unpickle } from './pickle';
import { HIGHEST_PROTOCOL } from './pickleOpcodes';
import { describe, isKey, Opaque, type PickleKey } from './pickleValues';
import { inPython, loading, saving, type Purpose } from './python';
import { allocateValues, heldBytes, type Tensor } from './tensor';
import { TorchArchive } from './torchArchive';
import { StorageReference, TensorReference, TORCH } from './torchPickle';

/**
 * A part of a `.pth` file. Tuples and lists are arrays; dicts and OrderedDicts are Maps in the order of
 * the file; integers beyond ±(2⁵³ − 1) are bigints. Containers shared between several places are repeated,
 * so the value is a tree; shared tensors stay shared.
 */
export type PthValue = PickleKey | Tensor | readonly PthValue[] | ReadonlyMap<PickleKey, PthValue>;

/** Largest nesting of containers. */
const MAX_DEPTH = 64;
/** Largest number of values in one part; shared ones count wherever they occur. */
const MAX_VALUES = MAX_PICKLE_OPERATIONS;

/**
 * A file written by `torch.save` of PyTorch 1.6 or later: tensors in Python containers. Nothing in the file
 * is executed: it supports torch's storages, tensors and parameters and `collections.OrderedDict`; other
 * Python objects become names ({@link Opaque}). Storages are read on demand.
 *
 * Memory: at most 16 times the file's size and 1 MB for tensors and inflated entries ({@link MemoryBudget}),
 * and 2²⁰ values of other kinds, whatever sizes the file claims.
 */
export class PthFile {
  /**
   * The unpickled content: Maps, arrays, plain values, {@link TensorReference}s and {@link Opaque} objects.
   * It may contain a container in several places, or cyclically.
   */
  readonly root: unknown;
  /** Whether loading the file in Python requires `weights_only=False`. */
  readonly needsTrust: boolean;
  /** Whether it has any plain tensors. */
  readonly isMixed: boolean;
  private readonly budget: MemoryBudget;
  private readonly archive: TorchArchive;
  private readonly tensors = new Map<TensorReference, Tensor>();

  /**
   * @throws LabError of kind `unsupported` for a file of another format, with advice on how to convert it,
   *   and `invalid-input` for a damaged one
   */
  constructor(
    bytes: Uint8Array,
    readonly purpose: Purpose,
  ) {
    this.budget = new MemoryBudget(bytes.length);
    this.archive = new TorchArchive(bytes, this.budget, purpose);
    let needsTrust = false;
    const onUnknown = (name: string): void => {
      needsTrust ||= !TORCH_OWN.test(name);
    };
    const pickle = this.archive.pickle();
    checkProtocol(pickle, purpose);
    let isMixed = false;
    const load = (id: unknown): unknown => {
      const storage = TORCH.load(id);
      isMixed ||= storage instanceof StorageReference;
      return storage;
    };
    this.root = unpickle(pickle, { ...TORCH, load, onUnknown });
    this.needsTrust = needsTrust;
    this.isMixed = isMixed;
  }

  /**
   * Reads a part of {@link root}, including its tensors.
   * @param path of the part, for messages
   * @throws LabError of kind `unsupported` for an unsupported object, `invalid-input` for damaged data
   */
  read(part: unknown, path: readonly PickleKey[] = []): PthValue {
    return new Builder(this, path).build(part);
  }

  /**
   * The referenced tensor, cached.
   * @throws LabError when it exceeds its storage
   */
  tensor(reference: TensorReference): Tensor {
    const known = this.tensors.get(reference);
    if (known !== undefined) return known;
    const { storage, offset, shape, strides } = reference;
    const { dtype } = storage;
    const count = shape.reduce((product, size) => product * size, 1);
    const last = shape.reduce((at, size, d) => at + (size - 1) * strides[d], offset);
    if (count > 0 && last >= storage.length) {
      throw invalid(
        `the tensor of shape ${show(shape)}, strides ${show(strides)} and offset ${offset} ` +
          `reaches element ${last} of a storage of ${storage.length}`,
      );
    }
    const stored = this.archive.storage(storage);
    this.budget.spend(count * heldBytes(dtype), `a tensor of shape ${show(shape)}`);
    const values = allocateValues(dtype, count);
    gather(stored, values, reference);
    const tensor = { dtype, shape, values } as Tensor;
    this.tensors.set(reference, tensor);
    return tensor;
  }
}

/** @throws LabError with advice on how to save the file again */
function checkProtocol(pickle: Uint8Array, purpose: Purpose): void {
  const [opcode, protocol] = pickle;
  if (opcode !== 0x80 || protocol <= HIGHEST_PROTOCOL) return;
  const line = inPython(`import torch; ${saving(loading(purpose, true), purpose)}`);
  throw new LabError(
    'unsupported',
    `has pickle protocol ${protocol}, but only ${HIGHEST_PROTOCOL} is supported, the default of torch.save. ${line}`,
  );
}

/** Objects that `torch.load` creates without `weights_only=False`. */
const TORCH_OWN = /^torch\.(_utils|_tensor|storage|serialization)\.|^torch\.\w+$|^collections\./;

/** Converts unpickled content to values, including tensors. */
class Builder {
  private readonly path: PickleKey[];
  private readonly start: number;
  private count = 0;

  constructor(
    private readonly file: PthFile,
    path: readonly PickleKey[],
  ) {
    this.path = [...path];
    this.start = path.length;
  }

  build(value: unknown): PthValue {
    try {
      return this.value(value);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      throw error.at({ field: placeOf(this.path) });
    }
  }

  private value(value: unknown): PthValue {
    if (++this.count > MAX_VALUES || this.path.length > MAX_DEPTH + this.start) {
      throw invalid(`more than ${MAX_VALUES} values or ${MAX_DEPTH} levels of containers`);
    }
    if (isKey(value)) return value;
    if (value instanceof TensorReference) return this.file.tensor(value);
    if (value instanceof Opaque) throw this.refuse(value);
    if (Array.isArray(value)) return value.map((item, i) => this.child(i, item));
    if (value instanceof Map) {
      return new Map(
        [...(value as Map<unknown, unknown>)].map(([key, item]) => {
          if (!isKey(key)) throw invalid(`has ${describe(key)} as a key`);
          return [key, this.child(key, item)];
        }),
      );
    }
    throw new LabError('unsupported', `${describe(value)} is not a value that can be read`);
  }

  /** On failure the path is left as it is, for the message. */
  private child(key: PickleKey, value: unknown): PthValue {
    this.path.push(key);
    const built = this.value(value);
    this.path.pop();
    return built;
  }

  private refuse(opaque: Opaque): LabError {
    const isItem = this.path.length > 0;
    const path = isItem ? this.path.slice(0, -1) : [];
    const { needsTrust: trusted, isMixed, purpose } = this.file;
    return new LabError(
      'unsupported',
      adviceFor({ opaque, path, isItem, trusted, isMixed }, purpose),
    );
  }
}

/** A path as the field of a message: `["model"][0]`. */
export function placeOf(path: readonly PickleKey[]): string {
  const place = path.map((key) => `[${describe(key)}]`).join('');
  return place.length > 200 ? `${place.slice(0, 197)}...` : place;
}

/** Fills a row-major array from a strided view within its storage. */
function gather(
  storage: ArrayLike<unknown>,
  values: { readonly length: number; [i: number]: unknown },
  { offset, shape, strides }: TensorReference,
): void {
  const index = shape.map(() => 0);
  let source = offset;
  for (let i = 0; i < values.length; i++) {
    values[i] = storage[source];
    for (let d = shape.length - 1; d >= 0; d--) {
      source += strides[d];
      if (++index[d] < shape[d]) break;
      source -= strides[d] * shape[d];
      index[d] = 0;
    }
  }
}
