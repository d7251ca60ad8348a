import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { importData, type ImportedData } from '../../../src/core/data/importedData';
import type { NamedBytes } from '../../../src/core/data/importedFile';
import { LabError } from '../../../src/core/errors';

/** Files imported as a data set (d), an encoder (e) or a feature model (m); make.py says what they are. */
const FOLDER = path.resolve(__dirname, '../../fixtures/import-kinds');

function file(name: string): NamedBytes {
  return { name, bytes: readFileSync(path.join(FOLDER, name)) };
}

function read(name: string, as = name[0]): ImportedData {
  const data = file(as === 'd' ? name : 'd_ok.pth');
  const encoder = file(as === 'e' ? name : 'e_tanh.pth');
  const featureModel = as === 'm' ? file(name) : undefined;
  return importData({ data, encoder, featureModel }, 'relu');
}

/** Accepted files, and the notes on them. */
const TAKEN: Readonly<Record<string, readonly string[]>> = {
  d_ok: [],
  'e_attribute': [],
  'e_beside': ['"epoch" is left out', '"head.weight", not under encoder or decoder, is left out'],
  'e_ckpt': ['the state dict at ["state_dict"] is taken; "epoch", "loss" are left out'],
  'e_ckpt_opt': ['the state dict at ["model_state_dict"] is taken; "epoch", "optimizer_state_dict", "loss" are left out'],
  'e_ckpt_size': ['the state dict at ["state_dict"] is taken; "shape" is left out'],
  'e_compiled': ['"module._orig_mod." before the names is left out'],
  'e_compiled-parts': ['wrappers within the names (module, _orig_mod) are left out'],
  'e_inner-list': ['the layers of the encoder are taken in this order: "layers.0", "layers.1"'],
  'e_lightning': ['the state dict at ["state_dict"] is taken; "epoch", "optimizer_states", "hyper_parameters" are left out', '"model." before the names is left out'],
  'e_list': ['the state dict at [0] is taken'],
  'e_module_prefix': ['"module." before the names is left out'],
  'e_named': ['"fc1", "fc2" are taken for the encoder and "out" for the decoder: their shapes chain as 6-4-3-6, and the data has 3 inputs'],
  'e_named-only': ['"fc1", "fc2" are taken for the encoder: their shapes chain as 6-4-3, and the data has 3 inputs'],
  'e_neighbours': ['the state dict at ["model"] is taken; "args", "path", "colour", "config", "class", "function" and 11 more are left out'],
  'e_nested': ['the layers of the encoder are taken in this order: "0.0", "1"'],
  'e_no-bias-once': ['layers of the encoder without a bias: "0"; zeros are used instead'],
  'e_nobias': ['layers of the encoder without a bias: "0", "2"; zeros are used instead'],
  'e_parts': ['the state dicts "encoder", "decoder_state_dict" are taken together'],
  'e_seq': ['"0", "2" are taken for the encoder: their shapes chain as 6-4-3, and the data has 3 inputs'],
  'e_tanh': [],
  'e_two-one-fits': ['the state dict at ["model"] is taken; "other" is left out'],
  'm_checkpoint': ['the state dict at ["net"] is taken; "epoch" is left out'],
  'm_plain': ['"0", "1" are taken for the model: their shapes chain as 6-6-2, and the data has 6 features and 2 outputs'],
}; // prettier-ignore

/** Refused files: a part of the message, and a part of the solution. */
const REFUSED: Readonly<Record<string, readonly [what: string, wayOut: string]>> = {
  'd.csv': ['is a table of comma-separated values (CSV)', "np.loadtxt('d.csv', delimiter=',', skiprows=1"],
  'd.npy': ['is a NumPy array (.npy)', "np.load('d.npy')"],
  'd_bool.pth': ['[1]: holds booleans', 't.float()'],
  'd_complex.pth': ['[0]: is a tensor of complex numbers', 't.real.clone()'],
  'd_csr.pth': ['[0]: is a sparse tensor', 't.to_dense()'],
  'd_dataset.pth': ['"torch.utils.data.dataset.TensorDataset"', '.tensors)'],
  'd_dict.pth': ['not a dict of 3', "(torch.as_tensor(d['X']), torch.as_tensor(d['y']))"],
  'd_f8.pth': ['[0]: is a tensor of torch.float8_e4m3fn', 't.float()'],
  'd_images.pth': ['[0]: has the shape [40,3,1]', 'X.flatten(1)'],
  'd_lists.pth': ['not of lists of numbers', 'torch.tensor(rows)'],
  'd_negative.pth': ['[0]: is a tensor that is stored as its negative', 'resolve_neg()'],
  'd_nested.pth': ['not a dict of 2', "d['train']"],
  'd_numpy-alone.pth': ['is a NumPy array', 'torch.from_numpy(t)'],
  'd_numpy.pth': ['[0]: is a NumPy array', "torch.from_numpy(t) for t in torch.load('d_numpy.pth', weights_only=False)"],
  'd_one.pth': ['holds one tensor of shape [40,5]', 'a[:, :-1].clone()'],
  'd_pairs.pth': ['holds 3 pairs', 'torch.stack('],
  'd_sparse.pth': ['[0]: is a sparse tensor', "tuple(t.to_dense() for t in torch.load('d_sparse.pth'))"],
  'd_uint16.pth': ['[0]: is a tensor of torch.uint16', 't.float()'],
  'e_batch-norm.pth': ['encoder.1.weight: is not used: it belongs to a batch normalisation', 'fuse_linear_bn_eval'],
  'e_buffer.pth': ['encoder.scale: is not used', 'neither the weight nor the bias'],
  'e_conv.pth': ['encoder.1.weight: is not used: it has the shape [4,4,1], like a convolution', 'Linear'],
  'e_decoder-norm.pth': ['decoder.1.weight: is not used', "if 'decoder' not in k"],
  'e_decoder_misfit.pth': ['decoder.0.weight: has 5 inputs, but the encoder has 3 outputs', "if 'decoder' not in k"],
  'e_layer-norm.pth': ['encoder.1.weight: is not used: it has the shape [4], like a normalisation', 'Linear'],
  'e_list-of-tensors.pth': ['not a tuple or list of 8', 'torch.save(model.state_dict()'],
  'e_lstm.pth': ['encoder.1.weight_ih_l0: is not used: it belongs to a recurrent layer', 'Linear'],
  'e_meta.pth': ['a tensor on the device "meta"', 'Save it again with its values'],
  'e_model-inside.pth': ['["model"]: is the Python object "__main__.Autoencoder"', "['model'].state_dict()"],
  'e_model.pth': ['is the Python object "__main__.Autoencoder"', 'weights_only=False).state_dict()'],
  'e_named-other.pth': ['its layers chain as 6-4-5, and none has 3 outputs', "'encoder.0.weight': d['fc1.weight']"],
  'e_named-twice.pth': ['chain as 6-3-3-6, and several have 3 outputs', "{'encoder.0.weight': d['fc1.weight'], 'encoder.0.bias': d['fc1.bias']}"],
  'e_named-unchained.pth': ['b.weight: has 5 inputs, but the layer before has 4 outputs', "'encoder.1.weight': d['b.weight']"],
  'e_npz.pth': ['is a file of NumPy arrays (.npz)', 'torch.from_numpy(v)'],
  'e_numpy-mixed.pth': ['["encoder.0.bias"]: is a NumPy array', 't if torch.is_tensor(t) else torch.from_numpy(t)'],
  'e_numpy.pth': ['["encoder.0.weight"]: is a NumPy array', 'torch.from_numpy(t)'],
  'e_optimizer.pth': ['not a dict of 2: "state", "param_groups"', 'torch.save(model.state_dict()'],
  'e_own.pth': ['a tensor of a class or device of its own', 'as_subclass(torch.Tensor)'],
  'e_parametrized.pth': ['encoder.0.parametrizations.weight.original: is not used', 'remove_parametrizations'],
  'e_prelu.pth': ['encoder.1.weight: is not used: it has the shape [1]', 'PReLU'],
  'e_pruned-bias.pth': ['encoder.0.bias_orig: is not used', "k.replace('_orig', '_mask')"],
  'e_pruneparam.pth': ['encoder.0.weight_orig: is not used', "k.replace('_orig', '_mask')"],
  'e_quantized.pth': ['is a quantised tensor', 't.dequantize()'],
  'e_reversed.pth': ['encoder.fc1.weight: comes after "fc2"', 'order of the layers is ambiguous'],
  'e_script.pth': ['is a TorchScript program', "torch.jit.load('e_script.pth').state_dict()"],
  'e_spectral-norm.pth': ['encoder.0.weight_orig: is not used: it belongs to a spectral', 'remove_spectral_norm'],
  'e_two-prefixes.pth': ['"online.encoder", "target.encoder"', 'save one of them alone'],
  'e_two.pth': ['several state dicts that fit: ["model"], ["ema"]', "torch.load('e_two.pth')['model']"],
  'e_weight-norm.pth': ['encoder.0.weight_g: is not used', 'remove_weight_norm'],
  'header192.pt': ['is a safetensors file', "load_file('header192.pt')"],
  'lfs.pth': ['is a Git LFS pointer to a file of 1234 bytes', 'git lfs pull'],
  'm_batch-norm.pth': ['model.1.weight: is not used: it belongs to a batch', 'fuse_linear_bn_eval'],
  'm_misfit.pth': ['chain as 7-4-2, but the data has 6 features and 2 outputs', "'model.0.weight'"],
}; // prettier-ignore

describe('files imported as parts of an experiment', () => {
  it('are all listed here', () => {
    const known = [...Object.keys(TAKEN).map((name) => `${name}.pth`), ...Object.keys(REFUSED)];
    const there = readdirSync(FOLDER).filter((name) => name !== 'make.py');
    assert.deepEqual(known.sort(), there.sort());
  });

  for (const [name, said] of Object.entries(TAKEN)) {
    it(`are accepted: ${name}`, () => {
      const { encoder, choices, notes } = read(`${name}.pth`);
      assert.deepEqual(encoder.layout.widths, [6, 4, 3]);
      assert.deepEqual(
        choices,
        said.map((choice) => `${name}.pth: ${choice}`),
      );
      assert.deepEqual(notes, []);
    });
  }

  for (const [name, parts] of Object.entries(REFUSED)) {
    it(`are refused: ${name}`, () => {
      const as = /^[dem]_/.test(name) ? name[0] : /^(d|lfs)/.test(name) ? 'd' : 'e';
      assert.throws(
        () => read(name, as),
        (error: unknown) => {
          assert.ok(error instanceof LabError, String(error));
          assert.equal(error.place.file, name);
          for (const part of parts) assert.ok(error.message.includes(part), error.message);
          assert.ok(!error.message.includes('\\"'), error.message);
          return true;
        },
      );
    });
  }

  it('contain the same numbers in every container', () => {
    const plain = read('e_neighbours.pth').encoder.parameters;
    for (const name of [
      'e_lightning',
      'e_compiled',
      'e_compiled-parts',
      'e_parts',
      'e_list',
      'e_beside',
      'e_two-one-fits',
    ]) {
      // prettier-ignore
      assert.deepEqual(read(`${name}.pth`).encoder.parameters, plain, name);
    }
  });
});
