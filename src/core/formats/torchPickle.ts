import { counted } from '../counted';
import { invalid } from '../errors';
import type { PickleHost } from './pickle';
import {
  describe,
  isTuple,
  Opaque,
  OrderedDict,
  PickleFunction,
  PickleObject,
} from './pickleValues';
import type { Dtype } from './tensor';

const MAX_RANK = 64;

/** Stands for a tensor that is stored as its negative or conjugate. */
export const NEGATIVE_OR_CONJUGATE = 'torch.negative-or-conjugate';

/** `torch.FloatStorage` and similar classes. */
class StorageType extends PickleObject {
  constructor(
    name: string,
    readonly dtype: Dtype,
  ) {
    super(name);
  }
}

/** A storage; its bytes are the archive's entry `data/<key>`. */
export class StorageReference extends PickleObject {
  constructor(
    readonly dtype: Dtype,
    readonly key: string,
    /** Number of elements that the pickle claims. */
    readonly length: number,
  ) {
    super(`a storage of ${length} ${dtype}`);
  }
}

/** A tensor as the pickle describes it, not yet checked against its storage. */
export class TensorReference extends PickleObject {
  constructor(
    readonly storage: StorageReference,
    /** In elements, like the strides. */
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {
    super('a tensor');
  }
}

/** Element types of torch.storage's classes. */
const STORAGE_TYPES: Readonly<Record<string, Dtype>> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
};

const GLOBALS: readonly PickleObject[] = [
  ...Object.entries(STORAGE_TYPES).map(([name, type]) => new StorageType(`torch.${name}`, type)),
  new PickleFunction('torch._utils._rebuild_tensor_v2', rebuildTensor),
  new PickleFunction('torch._utils._rebuild_tensor_v3', rebuildUntyped),
  new PickleFunction('torch._utils._rebuild_parameter', rebuildParameter(3)),
  new PickleFunction('torch._utils._rebuild_parameter_with_state', rebuildParameter(4)),
  new PickleFunction('collections.OrderedDict', emptyOrderedDict),
];

/** The globals and persistent ids of files written by torch.save; see torch/serialization.py. */
export const TORCH: PickleHost = {
  globals: new Map(GLOBALS.map((known) => [known.name, known])),
  load: loadStorage,
};

/** The id is `('storage', type, key, location, elements)`. */
function loadStorage(id: unknown): StorageReference | Opaque {
  if (!isTuple(id) || id.length !== 5 || id[0] !== 'storage') {
    throw invalid(`the persistent id is ${describe(id)}, not the five parts of a storage`);
  }
  const [, type, key, , length] = id;
  if (type instanceof Opaque) return new Opaque(type.name);
  if (!(type instanceof StorageType)) throw invalid(`the storage has the type ${describe(type)}`);
  if (typeof key !== 'string')
    throw invalid(`the storage has the key ${describe(key)}, not a string`);
  return new StorageReference(type.dtype, key, size(length, 'the length of a storage'));
}

/** torch/_utils.py: storage, offset, size, stride, requires_grad, backward_hooks, metadata. */
function rebuildTensor(args: readonly unknown[]): TensorReference | Opaque {
  if (args.length !== 6 && args.length !== 7) throw wrongCount('_rebuild_tensor_v2', args);
  const [storage, offset, shape, strides, , , metadata] = args;
  if (storage instanceof Opaque) return storage;
  if (!(storage instanceof StorageReference)) {
    throw invalid(`a tensor is made of ${describe(storage)}, not of a storage`);
  }
  // Set for a tensor that is stored as its negative or conjugate.
  if (metadata !== undefined && metadata !== null && !(isDict(metadata) && metadata.size === 0)) {
    return new Opaque(NEGATIVE_OR_CONJUGATE);
  }
  const dimensions = sizes(shape, 'the shape');
  const steps = sizes(strides, 'the strides');
  if (dimensions.length !== steps.length) {
    throw invalid(
      `a tensor has ${counted(dimensions.length, 'dimension')} and ${counted(steps.length, 'stride')}`,
    );
  }
  return new TensorReference(storage, size(offset, "a tensor's offset"), dimensions, steps);
}

/** torch/_utils.py: storage, offset, size, stride, requires_grad, backward_hooks, dtype, metadata. */
function rebuildUntyped(args: readonly unknown[]): Opaque {
  const type: unknown = args[6];
  if (args.length < 7 || !(type instanceof Opaque)) throw wrongCount('_rebuild_tensor_v3', args);
  // An element type without a storage class, such as torch.float8_e4m3fn.
  return type;
}

/** torch/_utils.py: tensor, requires_grad, backward_hooks, and attributes that do not affect its values. */
function rebuildParameter(count: number) {
  return (args: readonly unknown[]): TensorReference | Opaque => {
    const [tensor] = args;
    if (args.length !== count) throw wrongCount('_rebuild_parameter', args);
    if (tensor instanceof TensorReference || tensor instanceof Opaque) return tensor;
    throw invalid(`a parameter is made of ${describe(tensor)}, not of a tensor`);
  };
}

function emptyOrderedDict(args: readonly unknown[]): OrderedDict {
  if (args.length !== 0) throw wrongCount('OrderedDict', args);
  return new OrderedDict();
}

function isDict(value: unknown): value is Map<unknown, unknown> {
  return value instanceof Map;
}

function wrongCount(name: string, args: readonly unknown[]): Error {
  return invalid(`${name} is called with ${args.length} arguments`);
}

function sizes(value: unknown, what: string): number[] {
  if (!isTuple(value) || value.length > MAX_RANK) {
    throw invalid(`${what} of a tensor is ${describe(value)}, not a tuple of at most ${MAX_RANK}`);
  }
  return value.map((part) => size(part, `${what} of a tensor`));
}

function size(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw invalid(`${what} is ${describe(value)}, not a whole number from 0 to 2⁵³ − 1`);
  }
  return value;
}
