import { invalid, LabError } from '../errors';
import { adviceFor } from '../formats/opaqueAdvice';
import { describe, isKey, Opaque } from '../formats/pickleValues';
import { placeOf, type PthFile } from '../formats/pth';
import {
  inPython,
  listed,
  literal,
  loading,
  saving,
  subscripts,
  EXPECTED,
} from '../formats/python';
import type { StateDict } from '../formats/stateDict';
import { TensorReference } from '../formats/torchPickle';

/* Errors for files whose parameters do not make the required network, with a way to fix the file. */

/** The error for a file without a state dict. */
export function noStateDict(file: PthFile): LabError {
  const { root } = file;
  const wanted = (found: string): LabError =>
    invalid(`expected a state dict, not ${found}. ${EXPECTED.parameters}`);
  if (root instanceof TensorReference) return wanted('a tensor');
  if (Array.isArray(root)) {
    const isData = root.length === 2 && root.every((part) => part instanceof TensorReference);
    const hint = isData ? ', which is the format of data' : '';
    return wanted(`a tuple or list of ${root.length}${hint}`);
  }
  // Reading an unsupported object throws an error that names it.
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

/** The error for a checkpoint that holds the model object itself. */
function wholeModel(file: PthFile, key: string, opaque: Opaque): LabError {
  const { needsTrust: trusted, isMixed, purpose } = file;
  const found = { opaque, path: [key], isItem: false, trusted, isMixed };
  return new LabError('unsupported', adviceFor(found, purpose), { field: placeOf([key]) });
}

/** The error for a file with several state dicts that fit. */
export function several(file: PthFile, dicts: readonly StateDict[]): LabError {
  const places = dicts.map(
    ({ path }) => path.map((key) => `[${describe(key)}]`).join('') || 'the whole file',
  );
  const load = `${loading(file.purpose, file.needsTrust)}${subscripts(dicts[0].path)}`;
  const line = inPython(`import torch; ${saving(load, file.purpose)}`, ', to take the first');
  return invalid(`holds several state dicts that fit: ${places.join(', ')}. ${line}`);
}

/** Largest number of layers that a line of Python renames one by one. */
const MAX_RENAMED = 8;

/**
 * The error for parameters without the required names, with a line of Python that renames them.
 * @param why the layers are not accepted without those names
 * @param end the probable number of layers
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
  // A file with another part's prefix cannot be fixed by renaming all of its layers.
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

/** Adds to an error about pruning masks how to multiply weights and masks, which such files hold separately. */
export function withMasksApplied(error: LabError, file: PthFile, dict: StateDict): LabError {
  if (!error.facts.isBeingPruned) return error;
  const load = `${loading(file.purpose, file.needsTrust)}${subscripts(dict.path)}`;
  const made =
    "{k.replace('_orig', ''): v * d.get(k.replace('_orig', '_mask'), 1) for k, v in d.items() if not k.endswith('_mask')}";
  const line = inPython(`import torch; d = ${load}; ${saving(made, file.purpose)}`);
  return new LabError(error.kind, `${error.reason}. ${line}`, error.place);
}
