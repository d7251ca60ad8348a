import { invalid, show } from '../errors';
import { describe } from './pickleValues';
import { readPth, type PthValue } from './pth';
import type { Tensor } from './tensor';

/**
 * A `.pth` file of a state dict: its tensors by name, in the order of the file.
 * @throws LabError as {@link readPth} does, and for a file of another structure
 */
export function readStateDict(bytes: Uint8Array): Map<string, Tensor> {
  return stateDictOf(readPth(bytes));
}

/**
 * A `.pth` file of a tuple or list of tensors, such as a data set `(X, Y)`.
 * @throws LabError as {@link readPth} does, and for a file of another structure
 */
export function readTensorTuple(bytes: Uint8Array): Tensor[] {
  return tensorTupleOf(readPth(bytes));
}

/**
 * A part of a `.pth` file as a state dict; checkpoints have it under a key such as `model`.
 * @throws LabError when it is no dict, or one of its keys is no string or its values no tensor
 */
export function stateDictOf(value: PthValue): Map<string, Tensor> {
  if (!isDict(value)) throw invalid(`a state dict is wanted, not ${kindOf(value)}`);
  const tensors = new Map<string, Tensor>();
  for (const [key, item] of value) {
    if (typeof key !== 'string' || !isTensor(item)) {
      throw invalid(`a state dict holds tensors by name, not ${kindOf(item)}${hint(value)}`, {
        field: `[${describe(key)}]`,
      });
    }
    tensors.set(key, item);
  }
  return tensors;
}

/**
 * A part of a `.pth` file as a tuple of tensors.
 * @throws LabError when it is no tuple or list, or one of its items no tensor
 */
export function tensorTupleOf(value: PthValue): Tensor[] {
  if (!isSequence(value)) throw invalid(`a tuple of tensors is wanted, not ${kindOf(value)}`);
  return value.map((item, i) => {
    if (isTensor(item)) return item;
    throw invalid(`a tuple of tensors is wanted, not of ${kindOf(item)}`, { field: `[${i}]` });
  });
}

/** Names the state dicts one level below, where checkpoints keep them. */
function hint(value: ReadonlyMap<unknown, PthValue>): string {
  const inner = [...value].filter(([, item]) => isDict(item) && [...item.values()].every(isTensor));
  return inner.length === 0
    ? ''
    : `; the file looks like a checkpoint, with state dicts under ${show(inner.map(([key]) => describe(key)))}`;
}

function kindOf(value: PthValue): string {
  if (isSequence(value)) return `a tuple or list of ${value.length}`;
  return isTensor(value) ? `a tensor of shape ${show(value.shape)}` : describe(value);
}

function isDict(
  value: PthValue,
): value is ReadonlyMap<string | number | bigint | boolean | null, PthValue> {
  return value instanceof Map;
}

function isSequence(value: PthValue): value is readonly PthValue[] {
  return Array.isArray(value);
}

function isTensor(value: PthValue): value is Tensor {
  return typeof value === 'object' && value !== null && 'dtype' in value;
}
