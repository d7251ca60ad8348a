import { invalid, LabError, show } from '../errors';
import { MemoryBudget } from './memoryBudget';
import { MAX_PICKLE_OPERATIONS, unpickle } from './pickle';
import { describe, isKey, type PickleKey } from './pickleValues';
import { allocateValues, heldBytes, type Tensor } from './tensor';
import { TorchArchive } from './torchArchive';
import { TensorReference, TORCH } from './torchPickle';

/**
 * What a `.pth` file holds. Tuples and lists are arrays; dicts and OrderedDicts are Maps in the
 * order of the file; integers beyond ±(2⁵³ − 1) are bigints. A container that the file shares
 * between several places is repeated, so the value is a tree; shared tensors stay shared.
 */
export type PthValue = PickleKey | Tensor | readonly PthValue[] | ReadonlyMap<PickleKey, PthValue>;

/** Levels of containers within containers. */
const MAX_DEPTH = 64;
/** Values in the result, shared ones counted wherever they occur. */
const MAX_VALUES = MAX_PICKLE_OPERATIONS;

/**
 * Reads what `torch.save` of PyTorch 1.6 or later wrote: tensors in Python containers. Nothing in
 * the file is executed: of Python's objects it knows torch's storages, tensors and parameters and
 * `collections.OrderedDict`, and refuses all others by name.
 *
 * Memory: at most 16 times the file and 1 MiB for tensors and what is inflated
 * ({@link MemoryBudget}), and 2²⁰ values of any other kind, whatever the file claims.
 * @throws LabError of kind `unsupported` for a file that holds anything else or is of another
 * format, `invalid-input` for a damaged one
 */
export function readPth(bytes: Uint8Array): PthValue {
  const budget = new MemoryBudget(bytes.length);
  const archive = new TorchArchive(bytes, budget);
  return new Builder(archive, budget).build(unpickle(archive.pickle(), TORCH));
}

/** Turns what was unpickled into values, tensors included. */
class Builder {
  private readonly tensors = new Map<TensorReference, Tensor>();
  private readonly path: PickleKey[] = [];
  private count = 0;

  constructor(
    private readonly archive: TorchArchive,
    private readonly budget: MemoryBudget,
  ) {}

  build(value: unknown): PthValue {
    try {
      return this.value(value);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      const path = this.path.map((key) => `[${describe(key)}]`).join('');
      throw error.at({ field: path.length > 200 ? `${path.slice(0, 197)}...` : path });
    }
  }

  private value(value: unknown): PthValue {
    if (++this.count > MAX_VALUES || this.path.length > MAX_DEPTH) {
      throw invalid(`more than ${MAX_VALUES} values, or ${MAX_DEPTH} levels of containers`);
    }
    if (isKey(value)) return value;
    if (value instanceof TensorReference) return this.tensor(value);
    if (Array.isArray(value)) return value.map((item, i) => this.child(i, item));
    if (value instanceof Map) {
      const items = [...(value as Map<PickleKey, unknown>)];
      return new Map(items.map(([key, item]) => [key, this.child(key, item)]));
    }
    throw new LabError('unsupported', `${describe(value)} stands where a value should be`);
  }

  /** On failure the path stays as it is, for the message. */
  private child(key: PickleKey, value: unknown): PthValue {
    this.path.push(key);
    const built = this.value(value);
    this.path.pop();
    return built;
  }

  private tensor(reference: TensorReference): Tensor {
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

/** Fills a row-major array from a strided view of its storage, which it must not leave. */
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
