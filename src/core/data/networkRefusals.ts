import { invalid, LabError } from '../errors';
import { adviceFor } from '../formats/opaqueAdvice';
import { describe, isKey, Opaque } from '../formats/pickleValues';
import { placeOf, type PthFile } from '../formats/pth';
import { inPython, listed, literal, loading, saving, subscripts, WANTED } from '../formats/python';
import type { StateDict } from '../formats/stateDict';
import { TensorReference } from '../formats/torchPickle';

/*
 * Why a file's parameters are not the network that is wanted, and what to do about it.
 */

/** That a file has no dict of parameters. */
export function noStateDict(file: PthFile): LabError {
  const { root } = file;
  const wanted = (found: string): LabError =>
    invalid(`a state dict is wanted, not ${found}. ${WANTED.parameters}`);
  if (root instanceof TensorReference) return wanted('a tensor');
  if (Array.isArray(root)) {
    const isData = root.length === 2 && root.every((part) => part instanceof TensorReference);
    const hint = isData ? ', which is how data is given' : '';
    return wanted(`a tuple or list of ${root.length}${hint}`);
  }
  // An object that is no data is refused by name.
  if (root instanceof Opaque) file.read(root);
  if (root instanceof Map && root.size > 0) {
    const names = [...root.keys()].map((key) => (isKey(key) ? String(key) : describe(key)));
    if (names.some((name) => name.includes('_packed_params'))) {
      return invalid(
        'is the state dict of a quantised model, whose weights are packed. Save model.state_dict() before the model is quantised',
      );
    }
    const [key, model] = [...root].find(isModel) ?? [];
    if (model instanceof Opaque && typeof key === 'string') return wholeModel(file, key, model);
    return wanted(`${describe(root)}: ${listed(names)}`);
  }
  return wanted(describe(root));
}

function isModel([key, value]: readonly [unknown, unknown]): boolean {
  return (
    typeof key === 'string' && /model|net|encoder|module|^ae$/i.test(key) && value instanceof Opaque
  );
}

/** A checkpoint that holds the model itself. */
function wholeModel(file: PthFile, key: string, opaque: Opaque): LabError {
  const { needsTrust: trusted, isMixed, purpose } = file;
  const found = { opaque, path: [key], isItem: false, trusted, isMixed };
  return new LabError('unsupported', adviceFor(found, purpose), { field: placeOf([key]) });
}

/** That it is not clear which dict is meant. */
export function several(file: PthFile, dicts: readonly StateDict[]): LabError {
  const places = dicts.map(
    ({ path }) => path.map((key) => `[${describe(key)}]`).join('') || 'the whole file',
  );
  const load = `${loading(file.purpose, file.needsTrust)}${subscripts(dicts[0].path)}`;
  const line = inPython(`import torch; ${saving(load, file.purpose)}`, ', to take the first');
  return invalid(`holds several state dicts that fit: ${places.join(', ')}. ${line}`);
}

/** Layers that a line of Python may name one by one. */
const MAX_RENAMED = 8;

/**
 * That no layers have the names that are wanted, with how to name them.
 * @param why they are not taken as they are
 * @param end how many of them it may be
 */
export function noLayers(
  file: PthFile,
  dict: StateDict,
  prefix: string,
  why: string,
  end?: number,
): LabError {
  const names = dict.parameters.map(({ name }) => name);
  const what = `has no Linear layers named ${prefix}.N.weight; it has ${listed(names)}: ${why}`;
  const modules = names
    .filter((name) => name.endsWith('.weight'))
    .map((name) => name.slice(0, -7))
    .slice(0, end);
  // Those of another part are not to be renamed.
  const isOther = names.some((name) => /(^|\.)(encoder|decoder)\./.test(name));
  if (isOther || modules.length === 0 || modules.length > MAX_RENAMED) {
    return invalid(`${what}. Save the ${prefix} with such names, as part of a model that has it`);
  }
  const items = modules.flatMap((module, l) =>
    ['weight', 'bias']
      .filter((kind) => names.includes(`${module}.${kind}`))
      .map((kind) => `'${prefix}.${l}.${kind}': d[${literal(`${module}.${kind}`)}]`),
  );
  const load = `${loading(file.purpose, file.needsTrust)}${subscripts(dict.path)}`;
  const line = `import torch; d = ${load}; ${saving(`{${items.join(', ')}}`, file.purpose)}`;
  return invalid(`${what}. ${inPython(line, ', with the layers of the ' + prefix + ' only')}`);
}

/** Adds how to put together the weights of layers that are being pruned, which a file has in two tensors. */
export function withMasksApplied(error: LabError, file: PthFile, dict: StateDict): LabError {
  if (!error.facts.isBeingPruned) return error;
  const load = `${loading(file.purpose, file.needsTrust)}${subscripts(dict.path)}`;
  const made =
    "{k.replace('_orig', ''): v * d.get(k.replace('_orig', '_mask'), 1) for k, v in d.items() if not k.endswith('_mask')}";
  const line = inPython(`import torch; d = ${load}; ${saving(made, file.purpose)}`);
  return new LabError(error.kind, `${error.reason}. ${line}`, error.place);
}
