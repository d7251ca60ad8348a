import { show } from '../errors';
import {
  inPython,
  LAST_COLUMN,
  loading,
  saving,
  savingColumns,
  subscripts,
  EXPECTED,
  type Purpose,
} from './python';
import { NEGATIVE_OR_CONJUGATE } from './torchPickle';
import type { Opaque, PickleKey } from './pickleValues';

/** Arrays that cannot be read, and how to convert them to tensors. */
interface ArrayKind {
  readonly pattern: RegExp;
  /** Name with its article. */
  readonly name: (global: string) => string;
  /** A Python expression that converts one of them, `t`; undefined where that is impossible. */
  readonly tensor?: string;
  /** What the conversion loses. */
  readonly loss?: string;
  /** Modules to import besides torch. */
  readonly modules?: string;
}

const ARRAYS: readonly ArrayKind[] = [
  {
    pattern: /^numpy\..*(_reconstruct|ndarray|_frombuffer)$/,
    name: () => 'a NumPy array',
    tensor: 'torch.from_numpy(t)',
  },
  { pattern: /^numpy\b/, name: () => 'a NumPy object', tensor: 'torch.as_tensor(t)' },
  {
    pattern: /^torch\._utils\._rebuild_sparse/,
    name: () => 'a sparse tensor',
    tensor: 't.to_dense()',
  },
  {
    pattern: /^torch\._utils\._rebuild_qtensor$|^torch\.Q\w+Storage$/,
    name: () => 'a quantised tensor',
    tensor: 't.dequantize()',
  },
  {
    pattern: /^torch\.Complex\w*Storage$/,
    name: () => 'a tensor of complex numbers',
    tensor: 't.real.clone()',
    loss: 'keeping the real parts only',
  },
  {
    pattern: new RegExp(`^${NEGATIVE_OR_CONJUGATE.replace('.', '\\.')}$`),
    name: () => 'a tensor that is stored as its negative or conjugate',
    tensor: 't.resolve_conj().resolve_neg()',
  },
  {
    // An element type as torch names it: float8_e4m3fn, uint16, …
    pattern: /^torch\.(float|uint|int|bits|quint|qint|bfloat|complex)\w{0,30}$/,
    name: (global) => `a tensor of ${global}`,
    tensor: 't.float()',
  },
  {
    pattern: /^torch\._utils\._rebuild_nested_tensor$/,
    name: () => 'a nested tensor',
    tensor: 'torch.nested.to_padded_tensor(t, 0.0) if t.is_nested else t',
    loss: 'padding with 0',
  },
  {
    pattern: /^torch\._utils\._rebuild_meta_tensor_no_storage$/,
    name: () => 'a tensor on the device "meta", which holds no values',
  },
  {
    pattern: /^torch\.(_tensor|_utils)\._rebuild_(from_type|wrapper_subclass|device|xla)\w*$/,
    name: () => 'a tensor of a class or device of its own',
    tensor: 't.detach().cpu().as_subclass(torch.Tensor)',
  },
  {
    pattern: /^pandas\./,
    name: () => 'a pandas table',
    tensor: "torch.tensor(t.to_numpy(dtype='float32'))",
  },
  {
    pattern: /^scipy\.sparse\./,
    name: () => 'a sparse matrix of SciPy',
    tensor: 'torch.from_numpy(t.toarray())',
  },
  {
    pattern: /^(jax|jaxlib)\./,
    name: () => 'an array of JAX',
    tensor: 'torch.from_numpy(numpy.array(t))',
    modules: 'numpy, ',
  },
];

/** Whether an object represents an array, so that a dict of them may be a state dict. */
export function isArrayLike({ name }: Opaque): boolean {
  return ARRAYS.some(({ pattern }) => pattern.test(name));
}

/** An object that cannot be read, and its place in the file. */
export interface Found {
  readonly opaque: Opaque;
  /** Path of the requested value: of the dict or tuple that holds the object, or of the object itself. */
  readonly path: readonly PickleKey[];
  /** Whether the object is an item of that value, rather than the value itself. */
  readonly isItem: boolean;
  /** Whether loading the file in Python requires `weights_only=False`. */
  readonly trusted: boolean;
  /** Whether the file also has plain tensors. */
  readonly isMixed: boolean;
}

/** Describes the object and how to save a file without it, as two sentences. */
export function adviceFor(
  { opaque, path, isItem, trusted, isMixed }: Found,
  purpose: Purpose,
): string {
  const { name } = opaque;
  const value = `${loading(purpose, trusted)}${subscripts(path)}`;
  const kind = ARRAYS.find(({ pattern }) => pattern.test(name));
  if (kind) {
    const what = `is ${kind.name(name)}, but only plain tensors can be read; nothing was executed`;
    const { tensor, loss, modules = '' } = kind;
    if (tensor === undefined) return `${what}. Save it again with its values`;
    if (!isItem && purpose.holds === 'parameters') return `${what}. ${EXPECTED.parameters}`;
    const steps = isItem
      ? saving(everyItem(isMixed ? orPlain(tensor) : tensor, value, purpose), purpose)
      : `t = ${value}; a = ${tensor}; ${savingColumns('a', purpose)}`;
    const hints = [loss, isItem ? undefined : LAST_COLUMN].filter((hint) => hint !== undefined);
    const hint = hints.map((text) => `, ${text}`).join('');
    return `${what}. ${inPython(`import ${modules}torch; ${steps}`, hint)}`;
  }
  const what = `is the Python object ${show(name)}, which cannot be read; nothing was executed`;
  if (purpose.holds === 'data') {
    if (/\.TensorDataset$/.test(name)) {
      return `${what}. ${inPython(`import torch; ${saving(`tuple(${value}.tensors)`, purpose)}`)}`;
    }
    return `${what}. Save the tensors alone: torch.save((X, Y), …)`;
  }
  if (isItem) return `${what}. Save a state dict of tensors: torch.save(model.state_dict(), …)`;
  const line = inPython(
    `import torch; ${saving(`${value}.state_dict()`, purpose)}`,
    ', where its class can be imported',
  );
  return `${what}. Save model.state_dict() instead. ${line}`;
}

/** Converts all items of a container, of which some may be tensors already. */
function everyItem(tensor: string, value: string, { holds }: Purpose): string {
  return holds === 'data'
    ? `tuple(${tensor} for t in ${value})`
    : `{k: ${tensor} for k, t in ${value}.items()}`;
}

/** Guards expressions that fail on plain tensors; methods leave plain tensors unchanged. */
function orPlain(tensor: string): string {
  const isFunction = tensor.startsWith('torch.') && !tensor.includes(' if ');
  return isFunction ? `t if torch.is_tensor(t) else ${tensor}` : tensor;
}
