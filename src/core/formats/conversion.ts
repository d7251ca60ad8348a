import { strFromU8 } from 'fflate';
import { show } from '../errors';
import type { FileKind } from './fileKind';
import {
  inPython,
  LAST_COLUMN,
  listed,
  literal,
  loading,
  saving,
  savingColumns,
  EXPECTED,
  type Purpose,
} from './python';

/** Advice on how to convert a file of another format, as a sentence. @param bytes the file */
export function wayOutOf(kind: FileKind, bytes: Uint8Array, purpose: Purpose): string {
  const { file, holds } = purpose;
  const name = literal(file);
  const data = holds === 'data';
  switch (kind.format) {
    case 'empty':
      return 'Copy or download it again';
    case 'lfs-pointer':
      return 'Run git lfs pull in its repository to replace it with the file';
    case 'html':
      return 'Download the file itself; this is a web page about it or a login page';
    case 'legacy-torch':
      return inPython(`import torch; ${saving(loading(purpose, false), purpose)}`);
    case 'npy':
      return data
        ? inPython(
            `import numpy as np, torch; a = np.load(${name}); ${savingColumns('torch.from_numpy(a)', purpose)}`,
            `, ${LAST_COLUMN}`,
          )
        : `It holds one array, but a state dict is required`;
    case 'safetensors':
      return fromSafetensors(bytes, purpose);
    case 'csv':
      return data ? fromCsv(kind, bytes, purpose) : EXPECTED[holds];
    case 'parquet':
    case 'arrow': {
      const read = kind.format === 'parquet' ? 'read_parquet' : 'read_feather';
      return data
        ? inPython(
            `import pandas as pd, torch; a = torch.tensor(pd.${read}(${name}).to_numpy(dtype='float32')); ${savingColumns('a', purpose)}`,
            `, ${LAST_COLUMN}`,
          )
        : EXPECTED[holds];
    }
    case 'onnx':
      return data
        ? EXPECTED[holds]
        : inPython(
            `import onnx, torch; from onnx import numpy_helper; ${saving(
              `{t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in onnx.load(${name}).graph.initializer}`,
              purpose,
            )}`,
          );
    case 'hdf5':
      return data
        ? inPython(
            `import h5py, torch; f = h5py.File(${name}); X, Y = list(f)[:2]; ${saving('tuple(torch.from_numpy(f[k][:]) for k in (X, Y))', purpose)}`,
            ', with the first data set as X and the second as Y',
          )
        : fromKeras(purpose);
    case 'matlab':
      return data
        ? inPython(
            `import scipy.io, torch; m = scipy.io.loadmat(${name}); ${saving("(torch.from_numpy(m['X']), torch.from_numpy(m['Y']))", purpose)}`,
          )
        : EXPECTED[holds];
    case 'pickle':
      return inPython(
        `import pickle, torch; v = pickle.load(open(${name}, 'rb')); ${saving(
          data
            ? 'tuple(torch.as_tensor(a) for a in v)'
            : '{k: torch.as_tensor(a) for k, a in v.items()}',
          purpose,
        )}`,
      );
    case 'json':
      return data
        ? inPython(
            `import json, torch; X, Y = json.load(open(${name})); ${saving('(torch.tensor(X), torch.tensor(Y))', purpose)}`,
          )
        : inPython(
            `import json, torch; ${saving(`{k: torch.tensor(v) for k, v in json.load(open(${name})).items()}`, purpose)}`,
          );
    case 'compressed':
    case 'archive':
      return 'Unpack it and choose the file in it';
    case 'other':
    case 'text':
    case 'unknown':
    case 'zip':
      return EXPECTED[holds];
  }
}

/** Describes a zip archive that torch.save has not written, with advice on how to convert it. */
export function describeZip(
  names: readonly string[],
  purpose: Purpose,
): { readonly name: string; readonly wayOut: string } {
  const file = literal(purpose.file);
  const has = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  const { holds } = purpose;
  const parameters = holds === 'parameters';
  if (has(/^[^/]+\/constants\.pkl$/) || has(/^[^/]+\/code\//)) {
    const model = `torch.jit.load(${file})`;
    return {
      name: 'a TorchScript program',
      wayOut: parameters
        ? inPython(`import torch; ${saving(`dict(${model}.state_dict())`, purpose)}`)
        : EXPECTED[holds],
    };
  }
  if (names.length > 0 && names.every((name) => name.endsWith('.npy'))) {
    const arrays = names.map((name) => name.slice(0, -'.npy'.length));
    const listedArrays = `a file of NumPy arrays (.npz): ${listed(arrays)}`;
    return { name: listedArrays, wayOut: fromNpz(arrays, purpose) };
  }
  if (has(/model\.weights\.h5$/)) {
    return { name: 'a Keras model', wayOut: parameters ? fromKeras(purpose) : EXPECTED[holds] };
  }
  if (has(/^\[Content_Types\]\.xml$/)) {
    return { name: 'an Office document', wayOut: `Export its table as CSV. ${EXPECTED[holds]}` };
  }
  if (has(/(^|\/)models\/.*\.json$/) && has(/(^|\/)archive_format$/)) {
    return { name: 'a program of torch.export', wayOut: exported(purpose) };
  }
  return {
    name: `a zip archive of ${names.length === 0 ? 'nothing' : show(names)}`,
    wayOut: 'Unpack it and choose the file in it',
  };
}

function fromCsv({ name }: FileKind, bytes: Uint8Array, purpose: Purpose): string {
  const separator = ['tabs', 'semicolons', 'spaces'].find((word) => name.includes(word));
  const delimiter = { tabs: "'\\t'", semicolons: "';'", spaces: 'None' }[separator ?? ''] ?? "','";
  const first = strFromU8(bytes.subarray(0, 2 ** 14)).split(/[\r\n]/, 1)[0];
  const skip = /[a-z]{2}|[a-df-z_]/i.test(first) ? ', skiprows=1' : '';
  const read = `np.loadtxt(${literal(purpose.file)}, delimiter=${delimiter}${skip}, dtype=np.float32, ndmin=2)`;
  return inPython(
    `import numpy as np, torch; a = torch.from_numpy(${read}); ${savingColumns('a', purpose)}`,
    `, ${LAST_COLUMN}`,
  );
}

function fromNpz(arrays: readonly string[], purpose: Purpose): string {
  const start = `import numpy as np, torch; z = np.load(${literal(purpose.file)})`;
  if (purpose.holds === 'parameters') {
    const made = '{k: torch.from_numpy(v) for k, v in z.items()}';
    return inPython(`${start}; ${saving(made, purpose)}`);
  }
  const [x, y] = arrays.map((name) => `torch.from_numpy(z[${literal(name)}])`);
  return y === undefined
    ? inPython(`${start}; a = ${x}; ${savingColumns('a', purpose)}`, `, ${LAST_COLUMN}`)
    : inPython(`${start}; ${saving(`(${x}, ${y})`, purpose)}`);
}

function fromSafetensors(bytes: Uint8Array, purpose: Purpose): string {
  const load = `load_file(${literal(purpose.file)})`;
  const start = 'import torch; from safetensors.torch import load_file';
  if (purpose.holds === 'parameters') return inPython(`${start}; ${saving(load, purpose)}`);
  const head = strFromU8(bytes.subarray(8, 2 ** 14), true);
  const names = Array.from(
    head.matchAll(/"((?:[^"\\]|\\.)*)"\s*:\s*\{\s*"dtype"/g),
    ([, name]) => name,
  );
  const [x, y] = names.length === 2 ? names : ['X', 'Y'];
  return inPython(
    `${start}; d = ${load}; ${saving(`(d[${literal(x)}], d[${literal(y)}])`, purpose)}`,
  );
}

/** Keras stores weights as [inputs, outputs], PyTorch as [outputs, inputs]. */
function fromKeras(purpose: Purpose): string {
  const dict = `{f"encoder.{i // 2}.{('weight', 'bias')[i % 2]}": torch.from_numpy(a.T.copy()) for i, a in enumerate(w)}`;
  return inPython(
    `import keras, torch; w = keras.models.load_model(${literal(purpose.file)}).get_weights(); ${saving(dict, purpose)}`,
    ', if it has Dense layers only',
  );
}

function exported(purpose: Purpose): string {
  if (purpose.holds === 'data') return EXPECTED.data;
  const model = `torch.export.load(${literal(purpose.file)})`;
  return inPython(`import torch; ${saving(`dict(${model}.state_dict)`, purpose)}`);
}
