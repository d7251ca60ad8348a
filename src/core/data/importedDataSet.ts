import { counted } from '../counted';
import { invalid, type LabError } from '../errors';
import { isArrayLike } from '../formats/opaqueAdvice';
import { matrixOf, type Matrix } from '../formats/matrixTensor';
import { describe, Opaque, type PickleKey } from '../formats/pickleValues';
import { PthFile } from '../formats/pth';
import {
  inPython,
  LAST_COLUMN,
  literal,
  loading,
  saving,
  savingColumns,
  subscripts,
  EXPECTED,
} from '../formats/python';
import { stateDictsIn } from '../formats/stateDict';
import { TensorReference } from '../formats/torchPickle';
import type { DataSet } from './dataSet';
import { inFile, type NamedBytes } from './importedFile';

/**
 * Reads a data set from a `.pth` file with a tuple (X `[samples, inputs]`, Y `[samples, outputs]`).
 * @throws LabError naming the file, for any other content, with a line of Python that fixes the file where
 *   possible
 */
export function importDataSet({ name, bytes }: NamedBytes): DataSet {
  return inFile(name, () => {
    const file = new PthFile(bytes, { file: name, holds: 'data' });
    const { root } = file;
    if (!Array.isArray(root) || root.length !== 2 || root.some(Array.isArray)) throw refusal(file);
    const parts = root.map((part, i) => {
      if (part instanceof TensorReference) checkShape(part.shape, i, file);
      return file.read(part, [i]);
    });
    const [inputs, targets] = parts.map((part, i): Matrix => {
      const field = `[${i}]`;
      if (typeof part !== 'object' || part === null || !('dtype' in part)) {
        throw invalid(`expected a tensor, not ${describe(root[i])}. ${EXPECTED.data}`, { field });
      }
      if (part.dtype === 'BOOL') {
        const line = `tuple(t.float() for t in ${loading(file.purpose, file.needsTrust)})`;
        const wayOut = inPython(`import torch; ${saving(line, file.purpose)}`);
        throw invalid(`holds booleans, but numbers are required. ${wayOut}`, { field });
      }
      return matrixOf(part, field);
    });
    if (inputs.rows !== targets.rows) {
      throw invalid(`has ${counted(inputs.rows, 'input')} but ${targets.rows} targets`);
    }
    return {
      samples: inputs.rows,
      inputDim: inputs.columns,
      outputDim: targets.columns,
      inputs: inputs.values,
      targets: targets.values,
    };
  });
}

/** @throws LabError for a tensor that is not a matrix, with a line of Python that reshapes it */
function checkShape(shape: readonly number[], item: number, file: PthFile): void {
  if (shape.length === 2 || shape.includes(0)) return;
  const [x, y] = ['X', 'Y'].map((part, i) => {
    if (i !== item) return part;
    return shape.length < 2 ? `${part}.reshape(-1, 1)` : `${part}.flatten(1)`;
  });
  const line = `import torch; X, Y = ${loading(file.purpose, file.needsTrust)}; ${saving(`(${x}, ${y})`, file.purpose)}`;
  throw invalid(
    `has the shape ${JSON.stringify(shape)}, not [rows, columns] of at least 1 each. ${inPython(line)}`,
    { field: `[${item}]` },
  );
}

/** The error for content other than a tuple of two tensors, with a line of Python that fixes it. */
function refusal(file: PthFile): LabError {
  const { root, purpose, needsTrust } = file;
  // Reading an unsupported object throws an error that names it.
  if (typeof root === 'object' && root !== null && !Array.isArray(root) && !(root instanceof Map)) {
    if (!(root instanceof TensorReference)) file.read(root);
  }
  const load = loading(purpose, needsTrust);
  const line = (steps: string, hint?: string): string => inPython(`import torch; ${steps}`, hint);
  if (root instanceof TensorReference) {
    const what = `holds one tensor of shape ${JSON.stringify(root.shape)}; expected a tuple of two tensors, inputs and targets`;
    return root.shape.length === 2 && root.shape[1] > 1
      ? invalid(
          `${what}. ${line(`a = ${load}; ${savingColumns('a', purpose)}`, `, ${LAST_COLUMN}`)}`,
        )
      : invalid(`${what}. ${EXPECTED.data}`);
  }
  if (Array.isArray(root)) return refusalOfSequence(root, file);
  if (root instanceof Map) {
    const what = `expected a tuple of tensors, not ${describe(root)}`;
    if (stateDictsIn(root).length > 0) {
      return invalid(`${what}; it has the parameters of a network. ${EXPECTED.data}`);
    }
    const pair = pairIn(root, []);
    if (pair === undefined) return invalid(`${what}. ${EXPECTED.data}`);
    return invalid(`${what}. ${line(`d = ${load}; ${saving(pair, purpose)}`)}`);
  }
  return invalid(`expected a tuple of tensors, not ${describe(root)}. ${EXPECTED.data}`);
}

function refusalOfSequence(root: readonly unknown[], file: PthFile): LabError {
  const { purpose, needsTrust } = file;
  const load = loading(purpose, needsTrust);
  const tensors = root.filter((item) => item instanceof TensorReference);
  if (tensors.length === root.length && root.length > 2) {
    const made = saving(`tuple(${load}[:2])`, purpose);
    const line = inPython(`import torch; ${made}`, ', with the first two');
    return invalid(
      `holds ${counted(root.length, 'tensor')}; expected two, inputs and targets. ${line}`,
    );
  }
  const isPairs = root.length > 0 && root.every((item) => Array.isArray(item) && item.length === 2);
  const isOf = (item: unknown, test: (first: unknown) => boolean): boolean =>
    Array.isArray(item) && test(item[0]);
  const isMatrix = (first: unknown): boolean =>
    first instanceof TensorReference && first.shape.length === 2;
  if (isPairs && isOf(root[0], isMatrix)) {
    const line = inPython(
      `import torch; ${saving(`${load}[0]`, purpose)}`,
      ', with the first pair',
    );
    return invalid(`holds ${root.length} pairs of tensors; expected one. ${line}`);
  }
  const isRow = (row: unknown): boolean => isOf(row, (cell) => typeof cell === 'number');
  if (root.length === 2 && root.every((item) => isOf(item, isRow))) {
    const made = `tuple(torch.tensor(rows) for rows in ${load})`;
    const what = 'expected a tuple of tensors, not of lists of numbers';
    return invalid(`${what}. ${inPython(`import torch; ${saving(made, purpose)}`)}`);
  }
  if (isPairs) {
    const made = `tuple(torch.stack([torch.as_tensor(v) for v in part]) for part in zip(*${load}))`;
    const what = `holds ${root.length} pairs; expected a tuple of two tensors, inputs and targets`;
    return invalid(`${what}. ${inPython(`import torch; ${saving(made, purpose)}`)}`);
  }
  return invalid(
    `expected a tuple of tensors, not a list or tuple of ${root.length}. ${EXPECTED.data}`,
  );
}

/** Nesting levels of dicts in which a pair of tensors is searched. */
const MAX_LEVELS = 3;

/** A Python expression for the first pair of tensors in a dict `d`. */
function pairIn(
  dict: ReadonlyMap<unknown, unknown>,
  path: readonly PickleKey[],
  seen = new Set<unknown>(),
): string | undefined {
  if (seen.has(dict) || path.length >= MAX_LEVELS) return undefined;
  seen.add(dict);
  const place = `d${subscripts(path)}`;
  const named = [...dict].flatMap(([key, value]): [string, unknown][] =>
    typeof key === 'string' && key.length <= 100 ? [[key, value]] : [],
  );
  const [x, y] = named.filter(([, value]) => isArray(value)).map(([key]) => literal(key));
  if (y !== undefined) return `(torch.as_tensor(${place}[${x}]), torch.as_tensor(${place}[${y}]))`;
  for (const [key, value] of named) {
    if (Array.isArray(value) && value.length === 2 && value.every(isArray)) {
      return `tuple(torch.as_tensor(t) for t in ${place}[${literal(key)}])`;
    }
    const inner = value instanceof Map ? pairIn(value, [...path, key], seen) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function isArray(value: unknown): boolean {
  return value instanceof TensorReference || (value instanceof Opaque && isArrayLike(value));
}
