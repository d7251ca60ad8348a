import { invalid } from '../errors';
import { networkFromTensors, networkTensors } from '../formats/networkTensors';
import { readSafetensors, writeSafetensors } from '../formats/safetensors';
import { tensorOf, toFloat32, toFloat64, type Tensor } from '../formats/tensor';
import type { Activation, Network } from '../network/layout';
import type { ToyData } from './generate';
import type { Inversion } from './inversion';

/*
 * Generated data with its whole ground truth in one safetensors file:
 *   inputs [samples, inputDim]       targets [samples, outputs]     coefficients [samples, F]
 *   feature_model.N.weight|bias      encoder.N.weight|bias          decoder.N.weight|bias
 *   autoencoder_losses [epochs]
 *   inverted data only: seeds [samples, F], errors [samples], approximate [samples]
 * `__metadata__` holds the origin (what the data was made from) and the activations of the networks.
 */

const NETWORKS = {
  feature_model: 'featureModel',
  encoder: 'encoder',
  decoder: 'decoder',
} as const;

/**
 * The bytes of a file of generated data.
 * @param origin what it was made from: equal origins give equal data
 */
export function writeToyData(toy: ToyData, origin: string): Uint8Array {
  const { data, coefficients, inversion } = toy;
  const rows = (values: Float32Array): Tensor =>
    tensorOf('F32', [data.samples, values.length / data.samples], values);
  const tensors = new Map<string, Tensor>([
    ['inputs', rows(data.inputs)],
    ['targets', rows(data.targets)],
    ['coefficients', rows(coefficients)],
  ]);
  const activations: Record<string, readonly Activation[]> = {};
  for (const [prefix, field] of Object.entries(NETWORKS)) {
    networkTensors(prefix, toy[field]).forEach((tensor, name) => tensors.set(name, tensor));
    activations[prefix] = toy[field].layout.activations;
  }
  const losses = toy.autoencoderLosses;
  tensors.set('autoencoder_losses', tensorOf('F64', [losses.length], losses));
  if (inversion) {
    tensors.set('seeds', rows(inversion.seeds));
    tensors.set('errors', tensorOf('F32', [data.samples], inversion.errors));
    tensors.set('approximate', tensorOf('U8', [data.samples], inversion.approximate));
  }
  return writeSafetensors(tensors, {
    origin,
    activations: JSON.stringify(activations),
    ...(inversion && { inversion: JSON.stringify(inversion.summary) }),
  });
}

/**
 * Reads a file of {@link writeToyData}.
 * @throws LabError when something that belongs to generated data is missing or of another shape
 */
export function readToyData(bytes: Uint8Array): { toy: ToyData; origin: string } {
  const { tensors, metadata } = readSafetensors(bytes);
  const tensor = (name: string): Tensor => {
    const found = tensors.get(name);
    if (!found) throw invalid('is missing: this is no file of generated data', { field: name });
    return found;
  };
  const values = (name: string): Float32Array => toFloat32(tensor(name), name);
  const activations = JSON.parse(metadata.activations ?? '{}') as Record<string, Activation[]>;
  const network = (prefix: string): Network => {
    let layer = 0;
    return networkFromTensors(tensors, prefix, () => activations[prefix]?.[layer++] ?? 'linear')
      .network;
  };
  const [samples, inputDim] = tensor('inputs').shape;
  const inversion: Inversion | undefined = metadata.inversion
    ? {
        seeds: values('seeds'),
        errors: values('errors'),
        approximate: Uint8Array.from(values('approximate')),
        summary: JSON.parse(metadata.inversion) as Inversion['summary'],
      }
    : undefined;
  const toy: ToyData = {
    data: {
      samples,
      inputDim,
      outputDim: tensor('targets').shape[1],
      inputs: values('inputs'),
      targets: values('targets'),
    },
    coefficients: values('coefficients'),
    featureModel: network('feature_model'),
    encoder: network('encoder'),
    decoder: network('decoder'),
    autoencoderLosses: toFloat64(tensor('autoencoder_losses'), 'autoencoder_losses'),
    inversion,
  };
  return { toy, origin: metadata.origin ?? '' };
}
